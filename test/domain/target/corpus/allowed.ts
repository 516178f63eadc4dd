import { allowedUrls } from '../hostile-urls.ts'
import { ipv4Spellings, octetsOf } from './spellings.ts'

export type AllowedRow = { readonly url: string; readonly host: string }

/** Neighbours of ranges that are not public, and others that look as if they were. */
const PUBLIC_V4 = [
  '1.0.0.0',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '168.63.129.15',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
]
const PUBLIC_V6 = [
  '2000::1',
  '2001:200::1',
  '2001:4860:4860::8888',
  '2400:cb00::1',
  '2606:4700:4700::1111',
  '2a00:1450:4001:81b::200e',
  '3ffe::1',
]

const PUBLIC_NAMES: readonly (readonly [url: string, host: string])[] = [
  ['https://10.0.0.1.example.com/', '10.0.0.1.example.com'],
  ['https://0x7f000001.example.com/', '0x7f000001.example.com'],
  ['https://local.example.com/', 'local.example.com'],
  ['https://localhost.example.com./', 'localhost.example.com.'],
  ['https://internal.example.com:9443/', 'internal.example.com'],
  ['https://metadata.google.example.com/', 'metadata.google.example.com'],
  ['https://xn--bcher-kva.example.com/', 'xn--bcher-kva.example.com'],
  ['https://ＡＰＩ.example.com/', 'api.example.com'],
  ['https://api。example。com/', 'api.example.com'],
  ['https://api.example.com/?next=http://169.254.169.254/latest/', 'api.example.com'],
  ['https://api.example.com/http://127.0.0.1/', 'api.example.com'],
  ['https://api.example.com/%00%0d%0a', 'api.example.com'],
  ['https://api.example.com/..;/admin/../x', 'api.example.com'],
  ['https://api.example.com/日本?q=é', 'api.example.com'],
  ['https://a.b.c.d.e.f.example.com/', 'a.b.c.d.e.f.example.com'],
  ['https://_service._tcp.example.com/', '_service._tcp.example.com'],
]

/** What must pass, with the host that is called. */
export const allowedCorpus: readonly AllowedRow[] = [
  ...allowedUrls.map(([url, host]) => ({ url, host })),
  ...PUBLIC_V4.map((address) => ({ url: `http://${address}/`, host: address })),
  ...ipv4Spellings
    .filter(({ name }) => name !== 'trailing dot')
    .map(({ spell }) => ({ url: `http://${spell(octetsOf('8.8.4.4'))}/`, host: '8.8.4.4' })),
  ...PUBLIC_V6.map((address) => ({ url: `https://[${address}]/`, host: `[${address}]` })),
  ...PUBLIC_NAMES.map(([url, host]) => ({ url, host })),
]
