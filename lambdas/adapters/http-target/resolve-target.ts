import { lookup } from 'node:dns/promises'
import { isAllowedAddress } from '../../domain/target/address-policy.ts'
import { addressLiteral, hostName, type TargetUrlPolicy } from '../../domain/target/target-url.ts'
import { untilAborted } from './deadline.ts'
import { errorCode, SendFailure } from './send-failure.ts'

/** All addresses of a name, most preferred first. Rejects with Node's DNS errors. */
export type ResolveHost = (name: string) => Promise<readonly string[]>

/** The resolver of the machine, hosts file included. */
export const resolveBySystem: ResolveHost = async (name) =>
  (await lookup(name, { all: true, order: 'verbatim' })).map(({ address }) => address)

/** A name that answers with more than this is tried at the first ones only. */
const MOST_ADDRESSES = 8

/**
 * The addresses to connect to, resolved once. Every answer must be allowed, not only the one that is used: a name
 * that mixes public and private addresses is an attack or a mistake.
 */
export async function resolveTarget(
  url: URL,
  policy: TargetUrlPolicy,
  resolve: ResolveHost,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const literal = addressLiteral(url)
  const addresses = literal === undefined ? await addressesOf(hostName(url), resolve, signal) : [literal]
  if (!addresses.every((address) => isAllowedAddress(address, policy.allowCidrs)))
    throw new SendFailure('BLOCKED_TARGET', `The host ${url.hostname} leads to an address that is not public.`)
  return familiesInTurn(addresses).slice(0, MOST_ADDRESSES)
}

async function addressesOf(name: string, resolve: ResolveHost, signal: AbortSignal): Promise<readonly string[]> {
  const addresses = await untilAborted<readonly string[]>(signal, (done, fail) => {
    resolve(name).then(done, (error: unknown) => fail(dnsFailure(name, error)))
    return undefined
  })
  if (addresses.length === 0) throw new SendFailure('DNS', `The host name ${name} has no address.`)
  return addresses
}

function dnsFailure(name: string, error: unknown): unknown {
  const code = errorCode(error)
  if (code === undefined) return error
  if (code === 'ENOTFOUND' || code === 'ENODATA')
    return new SendFailure('DNS', `The host name ${name} does not exist or has no address.`, error)
  return new SendFailure('DNS', `The host name ${name} could not be looked up (${code}).`, error)
}

/** IPv6 and IPv4 by turns, the preferred family first (RFC 8305, section 4). */
function familiesInTurn(addresses: readonly string[]): readonly string[] {
  const isV6 = (address: string) => address.includes(':')
  const [first = ''] = addresses
  const preferred = addresses.filter((address) => isV6(address) === isV6(first))
  const others = addresses.filter((address) => isV6(address) !== isV6(first))
  return preferred
    .flatMap((address, index) => [address, ...others.slice(index, index + 1)])
    .concat(others.slice(preferred.length))
}
