import { createHash, createHmac, getDiffieHellman, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import type { z } from 'zod'
import type { SrpVerifier } from './user-record.ts'

/** The 3072-bit group of RFC 3526, with which Cognito runs SRP-6a (RFC 5054). */
const N = BigInt(`0x${getDiffieHellman('modp15').getPrime('hex')}`)
const G = 2n
const K = toNumber(sha256(padded(N), padded(G)))

export type SrpIdentity = { readonly poolId: string; readonly username: string }

/** What the pool keeps of a password: g^x, and the salt that x is made with. */
export function makeSrpVerifier(who: SrpIdentity, password: string): z.infer<typeof SrpVerifier> {
  const salt = toNumber(randomBytes(16))
  const identity = sha256(Buffer.from(`${poolName(who)}${who.username}:${password}`))
  const x = toNumber(sha256(padded(salt), identity))
  return { salt: salt.toString(16), verifier: modPow(G, x).toString(16) }
}

/** The server's half of a sign-in, between its challenge and the client's answer. */
export type SrpExchange = {
  readonly who: SrpIdentity
  readonly clientPublic: bigint
  readonly serverPublic: bigint
  readonly serverPrivate: bigint
  readonly verifier: bigint
}

/** Begins a sign-in. None for a client value that would make the shared secret known: a multiple of N. */
export function beginSrp(who: SrpIdentity, clientPublicHex: string, verifierHex: string): SrpExchange | undefined {
  if (!/^[0-9a-f]{1,800}$/i.test(clientPublicHex)) return undefined
  const clientPublic = BigInt(`0x${clientPublicHex}`)
  if (clientPublic % N === 0n) return undefined
  const serverPrivate = toNumber(randomBytes(32))
  const verifier = BigInt(`0x${verifierHex}`)
  const serverPublic = (K * verifier + modPow(G, serverPrivate)) % N
  return { who, clientPublic, serverPublic, serverPrivate, verifier }
}

export type SrpClaim = { readonly secretBlock: string; readonly timestamp: string; readonly signature: string }

/** Whether the client knows the password: its signature must be the one that the shared secret makes. */
export function provesPassword(exchange: SrpExchange, { secretBlock, timestamp, signature }: SrpClaim): boolean {
  const { who, clientPublic, serverPublic, serverPrivate, verifier } = exchange
  const u = toNumber(sha256(padded(clientPublic), padded(serverPublic)))
  const shared = modPow((clientPublic * modPow(verifier, u)) % N, serverPrivate)
  const key = Buffer.from(hkdfSync('sha256', padded(shared), padded(u), 'Caldera Derived Key', 16))
  const expected = createHmac('sha256', key)
    .update(poolName(who))
    .update(who.username)
    .update(Buffer.from(secretBlock, 'base64'))
    .update(timestamp)
    .digest()
  const given = Buffer.from(signature, 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected)
}

/** The part of a pool's id after the region. */
const poolName = ({ poolId }: SrpIdentity) => poolId.slice(poolId.indexOf('_') + 1)

function modPow(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base % N
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % N
    square = (square * square) % N
  }
  return result
}

/** Big-endian bytes with a leading zero where the number would otherwise look negative, as Cognito's clients hash it. */
function padded(number: bigint): Buffer {
  const hex = number.toString(16)
  const even = hex.length % 2 === 0 ? hex : `0${hex}`
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex')
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function toNumber(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}
