import ipaddr from 'ipaddr.js'

/** A range of addresses, as `parseCidrs` reads it. */
export interface Cidr {
  readonly network: ipaddr.IPv4 | ipaddr.IPv6
  /** Leading bits that count: 0–32 for IPv4, 0–128 for IPv6. */
  readonly prefixBits: number
}

export type ParsedCidrs =
  | { readonly ok: true; readonly cidrs: readonly Cidr[] }
  | { readonly ok: false; readonly problem: string }

/** IPv4 addresses that registries call public although the platform behind them is not. */
const PRIVATE_BY_PLATFORM: readonly Cidr[] = [
  // Azure's WireServer and metadata address.
  cidr('168.63.129.16', 32),
]
/** All that IANA has opened for global unicast (RFC 4291, section 2.4; "IPv6 Global Unicast Address Assignments"). */
const IPV6_GLOBAL_UNICAST = cidr('2000::', 3)
/** Third 32 bits of an ISATAP address, which carries an IPv4 address in its last 32 (RFC 5214, section 6.1). */
const ISATAP_IDENTIFIERS: readonly number[] = [0x0000_5efe, 0x0200_5efe]

/**
 * Whether a target may be reached at this address: global unicast, or explicitly allowed. IPv6 forms that carry an
 * IPv4 address (mapped, compatible, NAT64, 6to4, Teredo, ISATAP) are refused whatever they carry, because what they
 * lead to is decided by the network; only an IPv6 range in `allowCidrs` opens them.
 * @param ip the address as text: dotted IPv4 or IPv6 without brackets. Anything else is refused.
 */
export function isAllowedAddress(ip: string, allowCidrs: readonly Cidr[] = []): boolean {
  const address = parseAddress(ip)
  if (!address) return false
  return allowCidrs.some((range) => contains(range, address)) || isGlobalUnicast(address)
}

/** Whether two spellings name the same address; false when either is none. */
export function isSameAddress(a: string, b: string): boolean {
  const left = parseAddress(a)
  return left !== undefined && left.toString() === parseAddress(b)?.toString()
}

/** Whether any of the ranges holds loopback addresses, so that the name `localhost` makes sense. */
export function coversLoopback(cidrs: readonly Cidr[]): boolean {
  return isAllowedAddress('127.0.0.1', cidrs) || isAllowedAddress('::1', cidrs)
}

/**
 * Reads a comma-separated list of address ranges such as `127.0.0.0/8,::1/128`. Empty text is an empty list; an
 * address without `/` stands for itself.
 */
export function parseCidrs(text: string): ParsedCidrs {
  const cidrs: Cidr[] = []
  for (const item of text.split(',').map((part) => part.trim())) {
    if (item === '') continue
    const range = parseCidr(item)
    if (!range) return { ok: false, problem: `"${item}" is not an address range; write 10.0.0.0/8 or fd00::/8.` }
    cidrs.push(range)
  }
  return { ok: true, cidrs }
}

function parseCidr(item: string): Cidr | undefined {
  const [ip = '', prefix, ...rest] = item.split('/')
  const network = parseAddress(ip)
  if (!network || rest.length > 0) return undefined
  const bits = network.kind() === 'ipv4' ? 32 : 128
  if (prefix === undefined) return { network, prefixBits: bits }
  return /^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= bits
    ? { network, prefixBits: Number(prefix) }
    : undefined
}

/** Strict: one spelling of IPv4 (no octal, hex or short forms), and no IPv6 zone. */
function parseAddress(ip: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(ip)) return ipaddr.IPv4.parse(ip)
  return ip.includes(':') && !ip.includes('%') && ipaddr.IPv6.isValid(ip) ? ipaddr.IPv6.parse(ip) : undefined
}

function isGlobalUnicast(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false
  if (address.kind() === 'ipv4') return !PRIVATE_BY_PLATFORM.some((range) => contains(range, address))
  return contains(IPV6_GLOBAL_UNICAST, address) && !isIsatap(address)
}

function isIsatap(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = address.toByteArray().slice(8, 12)
  return ISATAP_IDENTIFIERS.includes(a * 0x100_0000 + b * 0x1_0000 + c * 0x100 + d)
}

function contains({ network, prefixBits }: Cidr, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return network.kind() === address.kind() && address.match(network, prefixBits)
}

function cidr(ip: string, prefixBits: number): Cidr {
  return { network: ipaddr.parse(ip), prefixBits }
}
