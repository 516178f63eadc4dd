import { type Decoder, type View, ViewBuilder } from './redaction-views.ts'

/** `%41` (RFC 3986, section 2.1), either case, and the `%u0041` of old JavaScript's `escape`. */
export const percentDecoded: Decoder = (view) => unescaped(view, '%', percentAt)

/** `+` for a space (`application/x-www-form-urlencoded`); the rest of a form is percent-encoded. */
export const plusDecoded: Decoder = (view) => unescaped(view, '+', () => ({ bytes: [0x20], length: 1 }))

/** `\"`, `\/`, `\n`, `\u0041` (RFC 8259, section 7), and the `\x41`, `\u{41}` and `\101` of other languages. */
export const backslashDecoded: Decoder = (view) => unescaped(view, '\\', backslashAt)

/** `&amp;`, `&#65;`, `&#x41;` (HTML, "Character references"; of the names, those that escaping functions write). */
export const htmlDecoded: Decoder = (view) => unescaped(view, '&', characterReferenceAt)

/** Text in UTF-16, as far as it is ASCII: the same with a zero byte beside each. */
export const withoutZeros: Decoder = (view) => unescaped(view, '\0', () => ({ bytes: [], length: 1 }))

/** All of these at once, so that escapes within escapes of another kind are undone layer by layer. */
export const escapesUndone: Decoder = (view) =>
  undone(view, [
    ['%', percentAt],
    ['\\', backslashAt],
    ['&', characterReferenceAt],
  ])

/** What an escape stands for, and how long it is. */
type Escape = { readonly bytes: Iterable<number>; readonly length: number }
type ReadEscape = (bytes: Buffer, at: number) => Escape | undefined
/** The byte that each escape of a kind begins with, and how to read one. */
type EscapeKind = readonly [marker: string, read: ReadEscape]

const unescaped = (view: View, marker: string, read: ReadEscape): View | undefined => undone(view, [[marker, read]])

function undone(view: View, kinds: readonly EscapeKind[]): View | undefined {
  const { bytes } = view
  const markers = new Markers(bytes, kinds)
  let next = markers.from(0)
  if (!next) return undefined
  const out = new ViewBuilder(view, bytes.length)
  let copied = 0
  let found = false
  while (next) {
    const { at, read } = next
    const escaped = read(bytes, at)
    if (escaped) {
      found = true
      out.copy(copied, at)
      copied = at + escaped.length
      for (const byte of escaped.bytes) out.push(byte, at, copied)
    }
    next = markers.from(at + (escaped?.length ?? 1))
  }
  out.copy(copied, bytes.length)
  return found ? out.build() : undefined
}

/** Finds the bytes that escapes begin with, each by a search of its own that goes over the bytes once. */
class Markers {
  readonly #bytes: Buffer
  readonly #kinds: { readonly code: number; readonly read: ReadEscape; at: number }[]

  constructor(bytes: Buffer, kinds: readonly EscapeKind[]) {
    this.#bytes = bytes
    this.#kinds = kinds.map(([marker, read]) => ({ code: marker.charCodeAt(0), read, at: -1 }))
  }

  /** The first at or behind a position. Positions only grow from call to call. */
  from(position: number): { readonly at: number; readonly read: ReadEscape } | undefined {
    let first: { readonly at: number; readonly read: ReadEscape } | undefined
    for (const kind of this.#kinds) {
      if (kind.at < position) {
        const at = this.#bytes.indexOf(kind.code, position)
        kind.at = at === -1 ? Number.POSITIVE_INFINITY : at
      }
      if (kind.at < (first?.at ?? Number.POSITIVE_INFINITY)) first = kind
    }
    return first
  }
}

const percentAt: ReadEscape = (bytes, at) => {
  if (bytes[at + 1] === LETTER_U) return unitsAt(bytes, at, '%u')
  const byte = hexAt(bytes, at + 1, 2)
  return byte === undefined ? undefined : { bytes: [byte], length: 3 }
}

const LETTER_U = 0x75

/** The letter after the backslash, and what the two stand for. */
const SHORT_ESCAPES: ReadonlyMap<string, number> = new Map(
  Object.entries({ b: 8, t: 9, n: 10, f: 12, r: 13, '"': 34, "'": 39, '/': 47, '\\': 92 }),
)

const backslashAt: ReadEscape = (bytes, at) => {
  const letter = String.fromCharCode(bytes[at + 1] ?? 0)
  const short = SHORT_ESCAPES.get(letter)
  if (short !== undefined) return { bytes: [short], length: 2 }
  const code = letter === 'x' ? hexAt(bytes, at + 2, 2) : undefined
  if (code !== undefined) return { bytes: utf8(code), length: 4 }
  const braced = letter === 'u' || letter === 'x' ? bracedAt(bytes, at) : undefined
  if (braced) return braced
  const octal = /^[0-3][0-7]{2}$/.exec(bytes.toString('latin1', at + 1, at + 4))?.[0]
  if (octal !== undefined) return { bytes: [Number.parseInt(octal, 8)], length: 4 }
  return letter === 'u' ? unitsAt(bytes, at, '\\u') : undefined
}

/** A UTF-16 unit in four digits after the marker, or the two of a surrogate pair. */
function unitsAt(bytes: Buffer, at: number, marker: string): Escape | undefined {
  const high = hexAt(bytes, at + 2, 4)
  if (high === undefined) return undefined
  const low = bytes.toString('latin1', at + 6, at + 8) === marker ? hexAt(bytes, at + 8, 4) : undefined
  const isPair = high >= 0xd800 && high <= 0xdbff && low !== undefined && low >= 0xdc00 && low <= 0xdfff
  return isPair ? { bytes: Buffer.from(String.fromCharCode(high, low)), length: 12 } : { bytes: utf8(high), length: 6 }
}

/** `\u{41}` (ECMAScript) and `\x{41}` (Perl). */
function bracedAt(bytes: Buffer, at: number): Escape | undefined {
  const digits = /^\{([0-9a-f]{1,6})\}/i.exec(bytes.toString('latin1', at + 2, at + 10))?.[1]
  if (digits === undefined) return undefined
  const code = Number.parseInt(digits, 16)
  return code > 0x10_ffff ? undefined : { bytes: utf8(code), length: digits.length + 4 }
}

const CHARACTER_REFERENCE = /^&(?:#0*(\d{1,7})|#x0*([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));?/i
const CHARACTER_NAMES: ReadonlyMap<string, number> = new Map(
  Object.entries({ amp: 38, lt: 60, gt: 62, quot: 34, apos: 39, nbsp: 160 }),
)
/** A reference is not looked at beyond this many bytes, however many zeros it begins with. */
const LONGEST_REFERENCE = 24

const characterReferenceAt: ReadEscape = (bytes, at) => {
  const match = CHARACTER_REFERENCE.exec(bytes.toString('latin1', at, at + LONGEST_REFERENCE))
  if (!match) return undefined
  const [text, decimal, hex, name = ''] = match
  const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : CHARACTER_NAMES.get(name.toLowerCase())
  return code === undefined || code > 0x10_ffff ? undefined : { bytes: utf8(code), length: text.length }
}

function hexAt(bytes: Buffer, at: number, digits: number): number | undefined {
  const text = bytes.toString('latin1', at, at + digits)
  return text.length === digits && /^[0-9a-fA-F]+$/.test(text) ? Number.parseInt(text, 16) : undefined
}

const utf8 = (code: number): Iterable<number> => (code < 0x80 ? [code] : Buffer.from(String.fromCodePoint(code)))
