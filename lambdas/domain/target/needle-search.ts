import { lowerCase, type Needle } from './needles.ts'
import type { View } from './redaction-views.ts'

/** A stretch [from, to) of bytes. */
export type Span = readonly [from: number, to: number]

/** So many bytes in a row are looked up at once. */
const GRAM = 4
/** Texts are looked at every so many bytes at least; more would make the table longer than it saves. */
const LONGEST_STEP = 16

/** The head or the tail of a needle: what must be there for it to be found. */
interface Part {
  readonly needle: Needle
  /** Where in the needle it begins. */
  readonly start: number
}

/**
 * Finds many needles of four bytes and more, or telling parts of them, at once. A part of n bytes has n - 3 stretches of
 * four bytes; whatever its place, one of the first of them begins at a multiple of that number, so that only those places
 * of a text are looked at. It takes time by the length of the text, hardly by the number of needles.
 */
export class NeedleSearch {
  readonly #step: number
  readonly #mask: number
  /** By the hash of four bytes: the first of a chain of entries, one more than its index; 0 for none. */
  readonly #first: Int32Array
  readonly #next: Int32Array
  readonly #grams: Int32Array
  readonly #parts: Part[] = []
  readonly #offsets: Uint8Array

  constructor(needles: readonly Needle[]) {
    const parts = needles.flatMap(partsOf)
    this.#step = Math.min(LONGEST_STEP, ...needles.map(({ telling }) => telling - GRAM + 1))
    const entries = parts.length * this.#step
    this.#mask = (1 << (32 - Math.clz32(entries * 4 + 255))) - 1
    this.#first = new Int32Array(this.#mask + 1)
    this.#next = new Int32Array(entries)
    this.#grams = new Int32Array(entries)
    this.#offsets = new Uint8Array(entries)
    for (const part of parts) {
      for (let offset = 0; offset < this.#step; offset++) this.#enter(part, offset)
    }
  }

  #enter(part: Part, offset: number): void {
    const index = this.#parts.push(part) - 1
    const gram = part.needle.bytes.readInt32LE(part.start + offset)
    const slot = hash(gram) & this.#mask
    this.#grams[index] = gram
    this.#offsets[index] = offset
    this.#next[index] = this.#first[slot] ?? 0
    this.#first[slot] = index + 1
  }

  /** Where the needles are in a view, as stretches of the original. */
  in(view: View): readonly Span[] {
    if (this.#parts.length === 0) return []
    const text = lowerCase(view.bytes)
    const spans: Span[] = []
    for (let at = 0; at + GRAM <= text.length; at += this.#step) {
      const gram =
        (text[at] ?? 0) | ((text[at + 1] ?? 0) << 8) | ((text[at + 2] ?? 0) << 16) | ((text[at + 3] ?? 0) << 24)
      let entry = this.#first[hash(gram) & this.#mask] ?? 0
      for (; entry > 0; entry = this.#next[entry - 1] ?? 0) {
        if (this.#grams[entry - 1] !== gram) continue
        const span = spanAt(text, at - (this.#offsets[entry - 1] ?? 0), this.#parts[entry - 1])
        if (span) spans.push(view.origin(...span))
      }
    }
    return spans
  }
}

const hash = (gram: number): number => Math.imul(gram, 0x9e37_79b1) >>> 12

function partsOf(needle: Needle): readonly Part[] {
  const tail = needle.bytes.length - needle.telling
  return tail === 0 ? [{ needle, start: 0 }] : [0, tail].map((start) => ({ needle, start }))
}

/** The part at a place of a text, and as much of the rest of its needle as goes on with it; undefined where it is not. */
function spanAt(text: Buffer, begin: number, part: Part | undefined): Span | undefined {
  if (!part || begin < 0) return undefined
  const { bytes, telling } = part.needle
  const end = begin + telling
  if (end > text.length || text.compare(bytes, part.start, part.start + telling, begin, end) !== 0) return undefined
  if (part.start > 0) return [startOf(text, begin, part), end]
  let more = 0
  while (telling + more < bytes.length && text[end + more] === bytes[telling + more]) more++
  return [begin, end + more]
}

/** How far the bytes before a tail that was found at `begin` go on as its needle does. */
function startOf(text: Buffer, begin: number, { needle, start }: Part): number {
  let back = 0
  while (back < start && text[begin - back - 1] === needle.bytes[start - back - 1]) back++
  return begin - back
}
