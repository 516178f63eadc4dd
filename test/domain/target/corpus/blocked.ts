import { blockedUrls } from '../hostile-urls.ts'
import { ipv4Spellings, ipv6Carriers, octetsOf } from './spellings.ts'

export type BlockedRow = { readonly url: string; readonly why: string }
/** The URL has an address, whatever it looks like. */
export type BlockedAddress = BlockedRow & { readonly address: string }

/** What an attacker would like to reach: the runtime API, credentials, metadata, machines inside. */
const PRIZES = [
  '127.0.0.1',
  '169.254.169.254',
  '169.254.170.2',
  '10.0.0.1',
  '172.16.5.4',
  '192.168.1.1',
  '100.64.0.1',
  '168.63.129.16',
]

/** Ranges that are not public, by their first and last address (IANA's special-purpose registries; RFC 4291). */
const RANGES_V4 = [
  ['0.0.0.0', '0.255.255.255'],
  ['10.0.0.0', '10.255.255.255'],
  ['100.64.0.0', '100.127.255.255'],
  ['127.0.0.0', '127.255.255.255'],
  ['169.254.0.0', '169.254.255.255'],
  ['172.16.0.0', '172.31.255.255'],
  ['192.0.0.0', '192.0.0.255'],
  ['192.0.2.0', '192.0.2.255'],
  ['192.88.99.0', '192.88.99.255'],
  ['192.168.0.0', '192.168.255.255'],
  ['198.18.0.0', '198.19.255.255'],
  ['198.51.100.0', '198.51.100.255'],
  ['203.0.113.0', '203.0.113.255'],
  ['224.0.0.0', '239.255.255.255'],
  ['240.0.0.0', '255.255.255.255'],
] as const
const ONES = 'ffff:ffff:ffff:ffff'
const RANGES_V6 = [
  ['::', '::1'],
  ['::ffff:0:0', '::ffff:ffff:ffff'],
  ['64:ff9b::', '64:ff9b::ffff:ffff'],
  ['64:ff9b:1::', `64:ff9b:1:ffff:${ONES}`],
  ['100::', `100::${ONES}`],
  ['2001::', `2001:0:ffff:ffff:${ONES}`],
  ['2001:2::', `2001:2:0:ffff:${ONES}`],
  ['2001:10::', `2001:1f:ffff:ffff:${ONES}`],
  ['2001:20::', `2001:2f:ffff:ffff:${ONES}`],
  ['2001:db8::', `2001:db8:ffff:ffff:${ONES}`],
  ['2002::', `2002:ffff:ffff:ffff:${ONES}`],
  ['3fff::', `3fff:fff:ffff:ffff:${ONES}`],
  ['4000::', `5fff:ffff:ffff:ffff:${ONES}`],
  ['6000::', `fbff:ffff:ffff:ffff:${ONES}`],
  ['fc00::', `fdff:ffff:ffff:ffff:${ONES}`],
  ['fe80::', `febf:ffff:ffff:ffff:${ONES}`],
  ['fec0::', `feff:ffff:ffff:ffff:${ONES}`],
  ['ff00::', `ffff:ffff:ffff:ffff:${ONES}`],
] as const

/** Where else in a URL a parser may be made to see another host than the reader does. */
const DISGUISES: readonly (readonly [name: string, disguise: (host: string) => string])[] = [
  ['behind a public name as user', (host) => `http://public.example.com@${host}/`],
  ['behind a public name and port as user', (host) => `http://public.example.com:80@${host}/`],
  ['behind an escaped at sign', (host) => `http://public.example.com%40x@${host}/`],
  ['before a backslash and an at sign', (host) => `http://${host}\\@public.example.com/`],
  ['before a fragment', (host) => `http://${host}#@public.example.com/`],
  ['before a query', (host) => `http://${host}?@public.example.com/`],
  ['behind backslashes', (host) => `http:\\\\${host}\\`],
  ['behind a backslash and a slash', (host) => `http:\\/${host}/`],
  ['behind one slash', (host) => `http:/${host}/`],
  ['behind no slash', (host) => `http:${host}`],
  ['behind three slashes', (host) => `http:///${host}/`],
  ['with a tab inside', (host) => `http://${host.slice(0, 2)}\t${host.slice(2)}/`],
  ['with a line break inside', (host) => `http://${host.slice(0, 2)}\n${host.slice(2)}/`],
  ['with a tab in the scheme', (host) => `ht\ttp://${host}/`],
  ['after a space', (host) => ` http://${host}/`],
  ['on another port', (host) => `http://${host}:8080/`],
  ['over TLS', (host) => `https://${host}/`],
  ['in capitals', (host) => `HTTP://${host.toUpperCase()}/`],
]

/** Every address that must not be reached, in every spelling. */
export const blockedAddresses: readonly BlockedAddress[] = [
  ...PRIZES.flatMap((address) =>
    [...ipv4Spellings, ...ipv6Carriers].map(({ name, spell }) => ({
      url: `http://${spell(octetsOf(address))}/`,
      why: `${address}, ${name}`,
      address,
    })),
  ),
  ...RANGES_V4.flatMap((ends) =>
    ends.map((address) => ({ url: `http://${address}/`, why: `${address}, end of a range`, address })),
  ),
  ...RANGES_V6.flatMap((ends) =>
    ends.map((address) => ({
      url: `http://[${address}]/`,
      why: `${address}, end of a range`,
      address: `[${address}]`,
    })),
  ),
]

/** URLs that a person takes for another than a parser does. */
export const blockedDisguises: readonly BlockedRow[] = DISGUISES.flatMap(([name, disguise]) =>
  ['127.0.0.1', '169.254.169.254', '[::1]'].map((host) => ({ url: disguise(host), why: `${host}, ${name}` })),
)

/** Every way to write what must not be called. */
export const blockedCorpus: readonly BlockedRow[] = [
  ...blockedAddresses,
  ...blockedDisguises,
  ...blockedUrls.map(([url, why]) => ({ url, why })),
]

/** Names that anyone can register, and what they are made to answer, look-up by look-up. */
export const rebindingNames: readonly { readonly name: string; readonly answers: readonly (readonly string[])[] }[] = [
  { name: '127.0.0.1.nip.example.com', answers: [['127.0.0.1']] },
  { name: 'localtest.example.com', answers: [['127.0.0.1', '::1']] },
  { name: 'six.example.com', answers: [['::1']] },
  { name: 'metadata.example.com', answers: [['169.254.169.254']] },
  { name: 'mapped.example.com', answers: [['::ffff:169.254.169.254']] },
  { name: 'mixed.example.com', answers: [['8.8.8.8', '10.0.0.1']] },
  { name: 'mixed-last.example.com', answers: [[...Array(20).fill('8.8.8.8'), '10.0.0.1']] },
  { name: 'families.example.com', answers: [['2606:4700:4700::1111', '192.168.0.1']] },
  { name: 'nat64.example.com', answers: [['64:ff9b::a9fe:a9fe']] },
  { name: 'sixtofour.example.com', answers: [['2002:a9fe:a9fe::1']] },
  { name: 'zoned.example.com', answers: [['fe80::1%eth0']] },
  { name: 'empty-octets.example.com', answers: [['127.1']] },
  { name: 'decimal.example.com', answers: [['2130706433']] },
  { name: 'name-again.example.com', answers: [['localhost']] },
  { name: 'twice.example.com', answers: [['8.8.8.8'], ['127.0.0.1']] },
  { name: 'twice-metadata.example.com', answers: [['2606:4700:4700::1111'], ['169.254.169.254']] },
  { name: 'third.example.com', answers: [['8.8.8.8'], ['8.8.4.4'], ['10.0.0.1']] },
]
