const bytesOf = (text: string) => [...Buffer.from(text)]
const hex = (byte: number) => byte.toString(16).padStart(2, '0')
const json = (text: string) => JSON.stringify(text).slice(1, -1)
const units = (text: string) => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
const html = (text: string) =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? '&#39;')

function base32(text: string): string {
  const bits = bytesOf(text)
    .map((b) => b.toString(2).padStart(8, '0'))
    .join('')
  const groups = bits.match(/.{1,5}/g) ?? []
  const digits = groups.map((group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(group.padEnd(5, '0'), 2)])
  return digits.join('').padEnd(Math.ceil(digits.length / 8) * 8, '=')
}
/** RFC 2045, section 6.7, but for the width. */
const quotedPrintable = (text: string) =>
  bytesOf(text)
    .map((b) => (b > 32 && b < 127 && b !== 0x3d ? String.fromCharCode(b) : `=${hex(b).toUpperCase()}`))
    .join('')

/** The ways in which a target may hand a secret back, each written independently of the redactor. */
export const encodings: readonly { readonly name: string; readonly encode: (secret: string) => string }[] = [
  { name: 'raw', encode: (text) => Buffer.from(text).toString() },
  { name: 'percent', encode: (text) => encodeURIComponent(text.toWellFormed()) },
  {
    name: 'percent, lower case',
    encode: (text) =>
      bytesOf(text)
        .map((b) => `%${hex(b)}`)
        .join(''),
  },
  {
    name: 'percent, every byte',
    encode: (text) =>
      bytesOf(text)
        .map((b) => `%${hex(b).toUpperCase()}`)
        .join(''),
  },
  { name: 'percent, twice', encode: (text) => encodeURIComponent(encodeURIComponent(text.toWellFormed())) },
  { name: 'form', encode: (text) => new URLSearchParams({ k: text }).toString().slice(2) },
  { name: 'JSON', encode: (text) => json(text.toWellFormed()) },
  {
    name: 'JSON, every unit',
    encode: (text) =>
      units(text.toWellFormed())
        .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
        .join(''),
  },
  {
    name: 'percent with u',
    encode: (text) =>
      units(text.toWellFormed())
        .map((unit) => `%u${unit.toString(16).padStart(4, '0')}`)
        .join(''),
  },
  {
    name: 'ECMAScript, braced',
    encode: (text) => [...text.toWellFormed()].map((c) => `\\u{${c.codePointAt(0)?.toString(16)}}`).join(''),
  },
  {
    name: 'backslash and x',
    encode: (text) =>
      bytesOf(text)
        .map((b) => `\\x${hex(b)}`)
        .join(''),
  },
  {
    name: 'octal',
    encode: (text) =>
      bytesOf(text)
        .map((b) => `\\${b.toString(8).padStart(3, '0')}`)
        .join(''),
  },
  { name: 'JSON, slashes too', encode: (text) => json(text.toWellFormed()).replaceAll('/', '\\/') },
  { name: 'JSON in JSON', encode: (text) => json(json(text.toWellFormed())) },
  { name: 'HTML', encode: (text) => html(text.toWellFormed()) },
  { name: 'HTML, decimal', encode: (text) => [...text.toWellFormed()].map((c) => `&#${c.codePointAt(0)};`).join('') },
  {
    name: 'HTML, hexadecimal',
    encode: (text) => [...text.toWellFormed()].map((c) => `&#x${c.codePointAt(0)?.toString(16)};`).join(''),
  },
  { name: 'hexadecimal', encode: (text) => Buffer.from(text).toString('hex') },
  { name: 'hexadecimal, upper case', encode: (text) => Buffer.from(text).toString('hex').toUpperCase() },
  { name: 'base64', encode: (text) => Buffer.from(text).toString('base64') },
  { name: 'base64url', encode: (text) => Buffer.from(text).toString('base64url') },
  { name: 'base64, one byte in', encode: (text) => Buffer.from(`~${text}`).toString('base64') },
  { name: 'base64, two bytes in', encode: (text) => Buffer.from(`~~${text}`).toString('base64') },
  { name: 'base64url, one byte in', encode: (text) => Buffer.from(`~${text}~`).toString('base64url') },
  { name: 'base64url, two bytes in', encode: (text) => Buffer.from(`~~${text}~~`).toString('base64url') },
  {
    name: 'base64 in lines',
    encode: (text) =>
      Buffer.from(text)
        .toString('base64')
        .replace(/(.{4})/g, '$1\r\n'),
  },
  { name: 'base64 in a query', encode: (text) => encodeURIComponent(Buffer.from(text).toString('base64')) },
  { name: 'base64 in JSON', encode: (text) => Buffer.from(text).toString('base64').replaceAll('/', '\\/') },
  { name: 'URL in JSON', encode: (text) => json(encodeURIComponent(text.toWellFormed())).replaceAll('%', '\\u0025') },
  { name: 'capitals', encode: (text) => text.toUpperCase() },
  { name: 'small letters', encode: (text) => text.toLowerCase() },
  { name: 'percent, then capitals', encode: (text) => encodeURIComponent(text.toWellFormed()).toUpperCase() },
  { name: 'base64 of capitals', encode: (text) => Buffer.from(text.toUpperCase()).toString('base64') },
  {
    name: 'JSON, every unit, then capitals',
    encode: (text) =>
      units(text.toWellFormed())
        .map((unit) => `\\U${unit.toString(16).toUpperCase().padStart(4, '0')}`)
        .join(''),
  },
  {
    name: 'Python, long',
    encode: (text) =>
      [...text.toWellFormed()].map((c) => `\\U${c.codePointAt(0)?.toString(16).padStart(8, '0')}`).join(''),
  },
  {
    name: 'CSS',
    encode: (text) => [...text.toWellFormed()].map((c) => `\\${c.codePointAt(0)?.toString(16)} `).join(''),
  },
  { name: 'quoted-printable', encode: quotedPrintable },
  {
    name: 'quoted-printable, in lines',
    encode: (text) => quotedPrintable(text).replace(/(=..|[^=]){3}/g, (line) => `${line}=\r\n`),
  },
  { name: 'base32', encode: base32 },
  { name: 'hexadecimal with colons', encode: (text) => bytesOf(text).map(hex).join(':') },
  {
    name: 'hexadecimal numbers',
    encode: (text) =>
      bytesOf(text)
        .map((b) => `0x${hex(b)}`)
        .join(', '),
  },
  { name: 'decimal numbers', encode: (text) => bytesOf(text).join(',') },
]
