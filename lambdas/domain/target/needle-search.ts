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
  /** Of each entry: its part, and where in the part its four bytes are. */
  readonly #owners: Int32Array
  readonly #offsets: Uint8Array
  readonly #parts: readonly Part[]

  constructor(needles: readonly Needle[]) {
    this.#parts = needles.flatMap(partsOf)
    this.#step = Math.min(LONGEST_STEP, ...needles.map(({ telling }) => telling - GRAM + 1))
    const entries = this.#parts.length * this.#step
    this.#mask = (1 << (32 - Math.clz32(entries * 4 + 255))) - 1
    this.#first = new Int32Array(this.#mask + 1)
    this.#next = new Int32Array(entries)
    this.#grams = new Int32Array(entries)
    this.#owners = new Int32Array(entries)
    this.#offsets = new Uint8Array(entries)
    for (let index = 0; index < entries; index++) this.#enter(index)
  }

  #enter(index: number): void {
    const owner = Math.floor(index / this.#step)
    const offset = index % this.#step
    const part = this.#parts[owner]
    if (!part) return
    const gram = part.needle.bytes.readInt32LE(part.start + offset)
    const slot = hash(gram) & this.#mask
    this.#grams[index] = gram
    this.#owners[index] = owner
    this.#offsets[index] = offset
    this.#next[index] = this.#first[slot] ?? 0
    this.#first[slot] = index + 1
  }

  /** Where the needles are in a view, as stretches of the original. */
  in(view: View): readonly Span[] {
    if (this.#parts.length === 0 || view.bytes.length < GRAM) return []
    const text = lowerCase(view.bytes)
    const spans: Span[] = []
    const finders = new Map<Part, Finder>()
    for (let at = 0; at + GRAM <= text.length; at += this.#step) {
      const gram =
        (text[at] ?? 0) | ((text[at + 1] ?? 0) << 8) | ((text[at + 2] ?? 0) << 16) | ((text[at + 3] ?? 0) << 24)
      let entry = this.#first[hash(gram) & this.#mask] ?? 0
      for (; entry > 0; entry = this.#next[entry - 1] ?? 0) {
        if (this.#grams[entry - 1] !== gram) continue
        const part = this.#parts[this.#owners[entry - 1] ?? 0]
        if (!part) continue
        const find = finders.get(part) ?? finderOf(text, part)
        finders.set(part, find)
        const span = find(at - (this.#offsets[entry - 1] ?? 0))
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

/**
 * Tells the stretch that a part and as much of the rest of its needle as goes on with it have at a place of the text;
 * undefined where the part is not, or where nothing is that was not told before. Asked from the beginning to the end, it
 * compares hardly any byte twice one by one: texts and secrets that repeat themselves take no square of time.
 */
type Finder = (begin: number) => Span | undefined

const finderOf = (text: Buffer, part: Part): Finder => (part.start === 0 ? headFinder : tailFinder)(text, part)

const isAt = (text: Buffer, begin: number, { needle: { bytes, telling }, start }: Part): boolean =>
  begin >= 0 &&
  begin + telling <= text.length &&
  text.compare(bytes, start, start + telling, begin, begin + telling) === 0

function headFinder(text: Buffer, part: Part): Finder {
  const { bytes, telling } = part.needle
  /** Where the last stretch ends. */
  let last = 0
  return (begin) => {
    if (!isAt(text, begin, part)) return undefined
    let to = begin + telling
    const known = Math.min(last, begin + bytes.length)
    if (known > to) {
      if (text.compare(bytes, telling, known - begin, to, known) !== 0) return undefined
      to = known
    }
    while (to < begin + bytes.length && text[to] === bytes[to - begin]) to++
    last = to
    return [begin, to]
  }
}

function tailFinder(text: Buffer, part: Part): Finder {
  const { needle, start } = part
  const { bytes, telling } = needle
  /** The last stretches, where they touch. */
  let [lastFrom, lastTo] = [0, 0]
  return (begin) => {
    if (!isAt(text, begin, part)) return undefined
    const origin = begin - start
    const lowest = Math.max(0, origin)
    let from = begin
    const goBack = (limit: number) => {
      while (from > limit && text[from - 1] === bytes[from - 1 - origin]) from--
    }
    goBack(Math.max(lowest, lastTo))
    const known = Math.max(lowest, lastFrom)
    if (from <= lastTo && known < from && text.compare(bytes, known - origin, from - origin, known, from) === 0) {
      from = known
      goBack(lowest)
    }
    lastFrom = from <= lastTo ? Math.min(from, lastFrom) : from
    lastTo = begin + telling
    return [from, lastTo]
  }
}
