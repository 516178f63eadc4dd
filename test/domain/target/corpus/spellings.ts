/** Ways to write an IPv4 address that URL parsers and resolvers take for it, each written independently of the guard. */
export type Spelling = { readonly name: string; readonly spell: (octets: Octets) => string }
export type Octets = readonly [number, number, number, number]

export const octetsOf = (ip: string): Octets => {
  const [a = 0, b = 0, c = 0, d = 0] = ip.split('.').map(Number)
  return [a, b, c, d]
}

const whole = ([a, b, c, d]: Octets) => a * 2 ** 24 + b * 2 ** 16 + c * 2 ** 8 + d
const hex = (value: number, digits = 0) => value.toString(16).padStart(digits, '0')
const oct = (value: number) => `0${value.toString(8)}`
const dotted = (octets: Octets) => octets.join('.')
const digits = (zero: number) => (octets: Octets) =>
  dotted(octets).replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))
const dots = (dot: string) => (octets: Octets) => octets.join(dot)

export const ipv4Spellings: readonly Spelling[] = [
  { name: 'dotted', spell: dotted },
  { name: 'one number', spell: (octets) => String(whole(octets)) },
  { name: 'one hexadecimal number', spell: (octets) => `0x${hex(whole(octets), 8)}` },
  {
    name: 'one hexadecimal number, upper case, padded',
    spell: (octets) => `0X00${hex(whole(octets), 8).toUpperCase()}`,
  },
  { name: 'one octal number', spell: (octets) => oct(whole(octets)) },
  { name: 'two parts', spell: ([a, b, c, d]) => `${a}.${b * 2 ** 16 + c * 2 ** 8 + d}` },
  { name: 'two parts, hexadecimal', spell: ([a, b, c, d]) => `0x${hex(a)}.0x${hex(b * 2 ** 16 + c * 2 ** 8 + d)}` },
  { name: 'three parts', spell: ([a, b, c, d]) => `${a}.${b}.${c * 2 ** 8 + d}` },
  { name: 'three parts, octal', spell: ([a, b, c, d]) => `${oct(a)}.${oct(b)}.${oct(c * 2 ** 8 + d)}` },
  { name: 'hexadecimal parts', spell: (octets) => octets.map((octet) => `0x${hex(octet)}`).join('.') },
  { name: 'octal parts', spell: (octets) => octets.map(oct).join('.') },
  { name: 'octal parts, padded', spell: (octets) => octets.map((octet) => `000${oct(octet)}`).join('.') },
  { name: 'mixed parts', spell: ([a, b, c, d]) => `0x${hex(a)}.${b}.${oct(c)}.0X${hex(d).toUpperCase()}` },
  { name: 'trailing dot', spell: (octets) => `${dotted(octets)}.` },
  { name: 'one number and a trailing dot', spell: (octets) => `${whole(octets)}.` },
  { name: 'full-width digits', spell: digits(0xff10) },
  { name: 'bold digits', spell: digits(0x1d7ce) },
  { name: 'double-struck digits', spell: digits(0x1d7d8) },
  { name: 'ideographic dots', spell: dots('\u3002') },
  { name: 'full-width dots', spell: dots('\uff0e') },
  { name: 'half-width ideographic dots', spell: dots('\uff61') },
  { name: 'percent-encoded digits', spell: (octets) => dotted(octets).replace(/\d/g, (digit) => `%3${digit}`) },
  { name: 'percent-encoded dots', spell: dots('%2e') },
  { name: 'percent-encoded ideographic dots', spell: dots('%E3%80%82') },
  { name: 'soft hyphens between', spell: (octets) => dotted(octets).split('').join('\u00ad') },
  { name: 'zero-width spaces between', spell: (octets) => dotted(octets).split('').join('\u200b') },
]

const groups = ([a, b, c, d]: Octets) => `${hex(a, 2)}${hex(b, 2)}:${hex(c, 2)}${hex(d, 2)}`
const inverted = ([a, b, c, d]: Octets) => groups([255 - a, 255 - b, 255 - c, 255 - d])

/** Ways to carry an IPv4 address in IPv6; what they lead to is decided by the network. */
export const ipv6Carriers: readonly Spelling[] = [
  { name: 'mapped', spell: (octets) => `[::ffff:${dotted(octets)}]` },
  { name: 'mapped, in groups', spell: (octets) => `[::FFFF:${groups(octets)}]` },
  { name: 'mapped, in full', spell: (octets) => `[0000:0000:0000:0000:0000:ffff:${groups(octets)}]` },
  { name: 'compatible', spell: (octets) => `[::${dotted(octets)}]` },
  { name: 'translated', spell: (octets) => `[::ffff:0:${groups(octets)}]` },
  { name: 'NAT64', spell: (octets) => `[64:ff9b::${dotted(octets)}]` },
  { name: 'local NAT64', spell: (octets) => `[64:ff9b:1::${groups(octets)}]` },
  { name: '6to4', spell: (octets) => `[2002:${groups(octets)}::1]` },
  { name: 'Teredo, as the server', spell: (octets) => `[2001:0:${groups(octets)}::1]` },
  { name: 'Teredo, as the client', spell: (octets) => `[2001:0:4136:e378:8000:63bf:${inverted(octets)}]` },
  { name: 'ISATAP', spell: (octets) => `[2600:1f18::5efe:${dotted(octets)}]` },
  { name: 'ISATAP, universal', spell: (octets) => `[2600:1f18::200:5efe:${groups(octets)}]` },
]
