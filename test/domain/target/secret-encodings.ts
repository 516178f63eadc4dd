const bytesOf = (text: string) => [...Buffer.from(text)]
const hex = (byte: number) => byte.toString(16).padStart(2, '0')
const json = (text: string) => JSON.stringify(text).slice(1, -1)
const units = (text: string) => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))
const html = (text: string) =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? '&#39;')

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
]
