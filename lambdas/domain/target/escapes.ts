/** What an escape stands for, and how long it is. */
export type Escape = { readonly bytes: Iterable<number>; readonly length: number }
export type ReadEscape = (bytes: Buffer, at: number) => Escape | undefined
export const percentAt: ReadEscape = (bytes, at) => {
  if (lowerLetterAt(bytes, at + 1) === 'u') return unitsAt(bytes, at)
  const byte = hexAt(bytes, at + 1, 2)
  return byte === undefined ? undefined : { bytes: [byte], length: 3 }
}

/** The letter after the backslash, and what the two stand for. */
const SHORT_ESCAPES: ReadonlyMap<string, number> = new Map(
  Object.entries({ b: 8, t: 9, n: 10, f: 12, r: 13, '"': 34, "'": 39, '/': 47, '\\': 92 }),
)

export const backslashAt: ReadEscape = (bytes, at) => {
  const letter = String.fromCharCode(bytes[at + 1] ?? 0)
  const short = SHORT_ESCAPES.get(letter)
  if (short !== undefined) return { bytes: [short], length: 2 }
  // In either case: somebody may have put all of the text in capitals.
  switch (letter.toLowerCase()) {
    case 'x': {
      const code = hexAt(bytes, at + 2, 2)
      return code === undefined ? bracedAt(bytes, at) : { bytes: utf8(code), length: 4 }
    }
    case 'u':
      return longAt(bytes, at) ?? bracedAt(bytes, at) ?? unitsAt(bytes, at)
    default: {
      const octal = /^[0-3][0-7]{2}$/.exec(bytes.toString('latin1', at + 1, at + 4))?.[0]
      return octal === undefined ? undefined : { bytes: [Number.parseInt(octal, 8)], length: 4 }
    }
  }
}

/** `\U00000041` (Python, C). */
function longAt(bytes: Buffer, at: number): Escape | undefined {
  if (bytes[at + 1] !== CAPITAL_U) return undefined
  const code = hexAt(bytes, at + 2, 8)
  return code === undefined || code > 0x10_ffff ? undefined : { bytes: utf8(code), length: 10 }
}

const CAPITAL_U = 0x55

const lowerLetterAt = (bytes: Buffer, at: number): string => bytes.toString('latin1', at, at + 1).toLowerCase()

/** A UTF-16 unit in four digits after two signs, or the two of a surrogate pair, begun alike. */
function unitsAt(bytes: Buffer, at: number): Escape | undefined {
  const high = hexAt(bytes, at + 2, 4)
  if (high === undefined) return undefined
  const goesOn = bytes[at + 6] === bytes[at] && bytes[at + 7] === bytes[at + 1]
  const low = goesOn ? hexAt(bytes, at + 8, 4) : undefined
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

export const signAt: ReadEscape = (bytes, at) => {
  const text = bytes.toString('latin1', at + 1, at + 8)
  const [code = '', digits = ''] = /^([0-9a-f]{1,6})[ \t\n\f]?/i.exec(text) ?? []
  if (digits === '') return /^[!-/:-@[-`{-~]/.test(text) ? { bytes: [text.charCodeAt(0)], length: 2 } : undefined
  const point = Number.parseInt(digits, 16)
  return point > 0x10_ffff ? undefined : { bytes: utf8(point), length: code.length + 1 }
}

const BEFORE_A_BREAK: ReadonlySet<number> = new Set(Buffer.from(' \t\r\n'))

export const quotedAt: ReadEscape = (bytes, at) => {
  const byte = hexAt(bytes, at + 1, 2)
  if (byte !== undefined) return { bytes: [byte], length: 3 }
  if (!BEFORE_A_BREAK.has(bytes[at + 1] ?? 0)) return undefined
  const softBreak = /^=[ \t]{0,4}\r?\n/.exec(bytes.toString('latin1', at, at + 8))?.[0]
  return softBreak === undefined ? undefined : { bytes: [], length: softBreak.length }
}

/** So many hexadecimal digits; undefined where one is none. */
function hexAt(bytes: Buffer, at: number, digits: number): number | undefined {
  let value = 0
  for (let index = at; index < at + digits; index++) {
    const digit = HEX_VALUES[bytes[index] ?? 0] ?? NO_HEX
    if (digit === NO_HEX) return undefined
    value = value * 16 + digit
  }
  return value
}

const NO_HEX = 16
const HEX_VALUES = Uint8Array.from({ length: 256 }, (_, byte) =>
  /[0-9a-f]/i.test(String.fromCharCode(byte)) ? Number.parseInt(String.fromCharCode(byte), 16) : NO_HEX,
)

/** The bytes of a code point. */
export const utf8 = (code: number): Iterable<number> => (code < 0x80 ? [code] : Buffer.from(String.fromCodePoint(code)))
