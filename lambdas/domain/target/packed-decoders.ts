import { type Decoder, type View, ViewBuilder } from './redaction-views.ts'
import { bytesIn, stretchesOf } from './stretches.ts'

/** Base64 and base64url (RFC 4648), folded over lines or encoded piece by piece too, in all four alignments: a secret may begin in mid-group. */
export const base64Decoded: Decoder = (view, shortest) => unpacked(view, SEXTETS, shortest)

/** Hexadecimal digits, either case. */
export const hexDecoded: Decoder = (view, shortest) => unpacked(view, NIBBLES, shortest)

/** Base32 (RFC 4648, section 6), either case. */
export const base32Decoded: Decoder = (view, shortest) => unpacked(view, QUINTETS, shortest)

const NO_DIGIT = -1
/** Fills up a group. More may follow where something was encoded piece by piece. */
const PADDING = -2

/** Digits of a positional notation of bytes. */
interface Digits {
  readonly bits: number
  /** How many digits pass before a byte begins at the start of a digit again. */
  readonly alignments: number
  /** Value of each byte as a digit, or what it is instead. */
  readonly values: Int8Array
  /** The digits, and what may stand between them in a run. */
  readonly allowed: Uint8Array
}

const SEXTETS = digitsOf(6, 4, 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', {
  '-': 62,
  _: 63,
  '=': PADDING,
})
const NIBBLES = digitsOf(4, 2, '0123456789abcdef', { A: 10, B: 11, C: 12, D: 13, E: 14, F: 15 })
const QUINTETS = digitsOf(5, 8, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', {
  ...Object.fromEntries([...'abcdefghijklmnopqrstuvwxyz'].map((digit, value) => [digit, value])),
  '=': PADDING,
})
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
/** Beyond the last byte; ends a run as every byte does that is no digit. */
const END = 0x00
const SPACE = 0x20
const TAB = 0x09

/** Decodes every run of digits that could hold the shortest needle, from every alignment, one after the other. */
function unpacked(view: View, digits: Digits, shortestNeedle: number): View | undefined {
  const runs = runsOf(view.bytes, digits, Math.ceil((shortestNeedle * 8) / digits.bits))
  if (runs.length === 0) return undefined
  const total = runs.reduce((sum, run) => sum + Math.ceil((run.length * digits.bits) / 8) + 1, 0)
  const out = new ViewBuilder(view, total * digits.alignments)
  for (const run of runs) {
    for (let start = 0; start < digits.alignments; start++) {
      unpack(view.bytes, run, start, digits, out)
      // Keeps two readings apart; a secret has no zero byte.
      out.push(0, run[0] ?? 0, run[0] ?? 0)
    }
  }
  return out.build(true)
}

function unpack(bytes: Buffer, run: Uint32Array, start: number, digits: Digits, out: ViewBuilder): void {
  const { bits, values } = digits
  let held = 0
  let heldBits = 0
  let from = 0
  let passed = 0
  for (const at of run) {
    const digit = values[bytes[at] ?? 0] ?? NO_DIGIT
    if (digit === PADDING) {
      held = 0
      heldBits = 0
      passed = 0
      continue
    }
    if (passed++ < start) continue
    if (heldBits === 0) from = at
    held = (held << bits) | digit
    heldBits += bits
    if (heldBits < 8) continue
    heldBits -= 8
    out.push((held >> heldBits) & 0xff, from, at + 1)
    held &= (1 << heldBits) - 1
    from = at
  }
}

/**
 * Positions of the digits of each run of at least `wanted`, and of the padding in it; line breaks within a run are passed
 * over, and what the next line is indented by.
 */
function runsOf(bytes: Buffer, { values, allowed }: Digits, wanted: number): readonly Uint32Array[] {
  const runs: Uint32Array[] = []
  for (const [from, to] of stretchesOf(bytes, allowed, wanted)) {
    const positions = new Uint32Array(to - from)
    let begin = 0
    let end = 0
    let atLineStart = false
    for (let at = from; at <= to; at++) {
      const byte = at < to ? (bytes[at] ?? END) : END
      if (values[byte] !== NO_DIGIT) {
        positions[end++] = at
        atLineStart = false
      } else if (byte === LINE_FEED || byte === CARRIAGE_RETURN) atLineStart = true
      else if (!atLineStart || (byte !== SPACE && byte !== TAB)) {
        if (end - begin >= wanted) runs.push(positions.subarray(begin, end))
        // The room of a run that is too short is taken by the next.
        else end = begin
        begin = end
        atLineStart = false
      }
    }
  }
  return runs
}

function digitsOf(
  bits: number,
  alignments: number,
  alphabet: string,
  others: Readonly<Record<string, number>>,
): Digits {
  const values = new Int8Array(256).fill(NO_DIGIT)
  for (const [value, digit] of [...alphabet].entries()) values[digit.charCodeAt(0)] = value
  for (const [digit, value] of Object.entries(others)) values[digit.charCodeAt(0)] = value
  return { bits, alignments, values, allowed: bytesIn(`${alphabet}${Object.keys(others).join('')}\r\n \t`) }
}
