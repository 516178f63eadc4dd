import { type Decoder, type View, ViewBuilder } from './redaction-views.ts'

/** Base64 and base64url (RFC 4648), folded over lines too, in all four alignments: a secret may begin in mid-group. */
export const base64Decoded: Decoder = (view, shortest) => unpacked(view, SEXTETS, shortest)

/** Hexadecimal digits, either case. */
export const hexDecoded: Decoder = (view, shortest) => unpacked(view, NIBBLES, shortest)

/** Digits of a positional notation of bytes. */
interface Digits {
  readonly bits: number
  /** How many digits pass before a byte begins at the start of a digit again. */
  readonly alignments: number
  /** Value of each byte as a digit, -1 for the others. */
  readonly values: Int8Array
}

const SEXTETS: Digits = {
  bits: 6,
  alignments: 4,
  values: digitValues('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', { '-': 62, _: 63 }),
}
const NIBBLES: Digits = {
  bits: 4,
  alignments: 2,
  values: digitValues('0123456789abcdef', { A: 10, B: 11, C: 12, D: 13, E: 14, F: 15 }),
}
const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d

/** Decodes every run of digits that could hold the shortest needle, from every alignment, one after the other. */
function unpacked(view: View, digits: Digits, shortestNeedle: number): View | undefined {
  const runs = [...runsOf(view.bytes, digits.values, Math.ceil((shortestNeedle * 8) / digits.bits))]
  if (runs.length === 0) return undefined
  const total = runs.reduce((sum, run) => sum + run.length + 1, 0)
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

function unpack(bytes: Buffer, run: readonly number[], start: number, digits: Digits, out: ViewBuilder): void {
  let held = 0
  let heldBits = 0
  let from = 0
  for (let index = start; index < run.length; index++) {
    const at = run[index] ?? 0
    if (heldBits === 0) from = at
    held = (held << digits.bits) | (digits.values[bytes[at] ?? 0] ?? 0)
    heldBits += digits.bits
    if (heldBits < 8) continue
    heldBits -= 8
    out.push((held >> heldBits) & 0xff, from, at + 1)
    held &= (1 << heldBits) - 1
    from = at
  }
}

/** Positions of the digits of each run of at least `wanted`; line breaks within a run are passed over. */
function* runsOf(bytes: Buffer, values: Int8Array, wanted: number): Iterable<readonly number[]> {
  let run: number[] = []
  for (let at = 0; at <= bytes.length; at++) {
    const byte = bytes[at] ?? -1
    if ((values[byte] ?? -1) >= 0) run.push(at)
    else if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) {
      if (run.length >= wanted) yield run
      run = []
    }
  }
}

function digitValues(alphabet: string, others: Readonly<Record<string, number>>): Int8Array {
  const values = new Int8Array(256).fill(-1)
  for (const [value, digit] of [...alphabet].entries()) values[digit.charCodeAt(0)] = value
  for (const [digit, value] of Object.entries(others)) values[digit.charCodeAt(0)] = value
  return values
}
