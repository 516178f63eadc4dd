import { type Decoder, type View, ViewBuilder } from './redaction-views.ts'
import { bytesIn, stretchesOf } from './stretches.ts'

/** Bytes as hexadecimal numbers apart from each other: `63:41`, `63-41`, `0x63, 0x41`, `6341 6e34`. */
export const hexListDecoded: Decoder = (view, shortest) => listDecoded(view, HEX, shortest)

/** Bytes as decimal numbers: `[99,65,110]`, which is how JSON writes a Buffer; -128 and up where bytes have a sign. */
export const decimalListDecoded: Decoder = (view, shortest) => listDecoded(view, DECIMAL, shortest)

/** A way to write bytes as numbers. */
interface Notation {
  /** The bytes that lists consist of. */
  readonly inLists: Uint8Array
  /** The bytes that numbers consist of. */
  readonly inNumbers: Uint8Array
  /** The bytes that a number stands for, given the byte before it; undefined where it is none. */
  readonly read: (text: string, before: number | undefined) => readonly number[] | undefined
}

const GAPS = ' \t\r\n,;:-_|/\\"\'[](){}'
const HEX_DIGITS = '0123456789abcdefABCDEFxX'
const DECIMAL_DIGITS = '0123456789'

/** So many bytes of text is a byte at least, with what stands between two. */
const SHORTEST_NUMBER = 2
/** Between two numbers of a list: `", "` and the like. */
const LONGEST_GAP = 4
/** Nothing longer is a number of a list. */
const LONGEST_NUMBER = 64
const HYPHEN = 0x2d
/** Keeps two lists apart; a secret has none. */
const LINE_FEED = 0x0a

const HEX: Notation = {
  inLists: bytesIn(GAPS + HEX_DIGITS),
  inNumbers: bytesIn(HEX_DIGITS),
  read(text) {
    const digits = /^(?:0?x)?((?:[0-9a-f]{2})+)$/i.exec(text)?.[1]
    return digits === undefined ? undefined : [...Buffer.from(digits, 'hex')]
  },
}

const DECIMAL: Notation = {
  inLists: bytesIn(GAPS + DECIMAL_DIGITS),
  inNumbers: bytesIn(DECIMAL_DIGITS),
  read(text, before) {
    const value = text.length <= 3 ? Number(text) : Number.NaN
    if (before === HYPHEN && value <= 128 && value > 0) return [256 - value]
    return value <= 255 ? [value] : undefined
  },
}

/** Reads every list that could hold the shortest needle. */
function listDecoded(view: View, notation: Notation, shortestNeedle: number): View | undefined {
  const lists = stretchesOf(view.bytes, notation.inLists, shortestNeedle * SHORTEST_NUMBER - 1)
  if (lists.length === 0) return undefined
  const out = new ViewBuilder(
    view,
    lists.reduce((sum, [from, to]) => sum + to - from + 1, 0),
  )
  for (const [from, to] of lists) {
    readList(view.bytes, from, to, notation, out)
    out.push(LINE_FEED, from, from)
  }
  return out.build(true)
}

function readList(bytes: Buffer, from: number, to: number, { inNumbers, read }: Notation, out: ViewBuilder): void {
  let end = from
  for (let at = from; at < to; at++) {
    if (inNumbers[bytes[at] ?? 0] === 0) continue
    const begin = at
    while (at < to && inNumbers[bytes[at] ?? 0] === 1) at++
    const number = at - begin > LONGEST_NUMBER ? undefined : read(bytes.toString('latin1', begin, at), bytes[begin - 1])
    if (!number || begin - end > LONGEST_GAP) out.push(LINE_FEED, begin, begin)
    for (const byte of number ?? []) out.push(byte, begin, at)
    end = at
  }
}
