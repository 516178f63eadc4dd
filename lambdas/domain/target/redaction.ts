import { bareText } from './bare-text.ts'
import {
  backslashDecoded,
  escapesUndone,
  htmlDecoded,
  percentDecoded,
  plusDecoded,
  quotedPrintableDecoded,
  signsUnescaped,
  withoutZeros,
} from './escape-decoders.ts'
import { NeedleSearch, type Span } from './needle-search.ts'
import { LONGEST_PART, type Needles, needlesOf } from './needles.ts'
import { decimalListDecoded, hexListDecoded } from './number-lists.ts'
import { base32Decoded, base64Decoded, hexDecoded } from './packed-decoders.ts'
import { type Decoder, rawView, type View } from './redaction-views.ts'
import { type Redactor, redactorBy } from './redactor.ts'

const TEXT_DECODERS: readonly Decoder[] = [
  percentDecoded,
  backslashDecoded,
  signsUnescaped,
  htmlDecoded,
  quotedPrintableDecoded,
  withoutZeros,
]
const PACKED_DECODERS: readonly Decoder[] = [
  base64Decoded,
  hexDecoded,
  base32Decoded,
  hexListDecoded,
  decimalListDecoded,
]
/** Encodings are undone twice: base64 in a URL, a URL in JSON. */
const DEPTH = 2
/** Escapes more often than that: logs quote JSON that quotes JSON. */
const MOST_LAYERS = 6
/** The longest encoding of one byte within two layers, rounded up: `%5Cu0041` in base64. */
const LONGEST_ENCODING = 12

/**
 * Makes a redactor for the secrets of one request: values of secrets, and credentials typed into the job. It finds
 * them raw, in either case, backwards, percent- and form-encoded, JSON-, HTML- and CSS-escaped, quoted-printable, in UTF-16,
 * as lists of numbers, in hexadecimal, in base32, and in base64 and base64url at any alignment (so in
 * `Basic base64(user:password)` too), in any two of these inside one another, and in up to five layers of escapes; wrapped and
 * spaced, too. Of a secret that somebody cut, what is left goes too when it is two thirds of it or more.
 */
export function createRedactor(secrets: Iterable<string>): Redactor {
  const all = [...secrets]
  const needles = needlesOf(all)
  const search = new Search(needles)
  const longest = Math.max(0, ...all.map((secret) => Buffer.byteLength(secret)))
  return redactorBy((bytes) => search.findSecrets(bytes), Math.min(longest, LONGEST_PART) * LONGEST_ENCODING)
}

class Search {
  readonly #needles: Needles
  readonly #long: NeedleSearch
  readonly #bare: NeedleSearch
  readonly #decoders: readonly Decoder[]
  /** In bytes; of what is found in packed views. */
  readonly #shortest: number

  constructor(needles: Needles) {
    this.#needles = needles
    this.#long = new NeedleSearch(needles.long)
    this.#bare = new NeedleSearch(needles.bare)
    this.#shortest = Math.min(...needles.long.map(({ telling }) => telling))
    const hasSpace = [...needles.long.map(({ bytes }) => bytes), ...needles.short].some((bytes) => bytes.includes(0x20))
    this.#decoders = [
      ...TEXT_DECODERS,
      ...(hasSpace ? [plusDecoded] : []),
      ...(needles.long.length > 0 ? PACKED_DECODERS : []),
    ]
  }

  findSecrets(bytes: Buffer): readonly Span[] {
    const { long, short } = this.#needles
    if (bytes.length === 0 || long.length + short.length === 0) return []
    return merged([...this.#allSpansIn(rawView(bytes))])
  }

  *#allSpansIn(raw: View): Generator<Span> {
    yield* this.#spansIn(raw, DEPTH)
    for (const decode of [escapesUndone, ...TEXT_DECODERS]) {
      // Once by itself each kind has been undone already.
      for (const layer of layersOf(raw, decode, decode === escapesUndone ? 1 : 2)) yield* this.#spansIn(layer, 1)
    }
  }

  /**
   * What is in a view and in those within it. Depth first and one after the other: each view is as large as the text and
   * more, and only a few are kept at a time.
   */
  *#spansIn(view: View, layers: number): Generator<Span> {
    yield* this.#long.in(view)
    if (!view.noisy) yield* this.#inTextOnly(view, layers)
    if (layers === 0) return
    for (const decode of this.#decoders) {
      const inner = decode(view, this.#shortest)
      if (inner) yield* this.#spansIn(inner, layers - 1)
    }
    // What was packed may be JSON that quotes JSON.
    if (view.noisy) for (const layer of layersOf(view, escapesUndone, 1)) yield* this.#long.in(layer)
  }

  *#inTextOnly(view: View, layers: number): Generator<Span> {
    for (const needle of this.#needles.short) {
      for (let at = view.bytes.indexOf(needle); at !== -1; at = view.bytes.indexOf(needle, at + 1))
        yield view.origin(at, at + needle.length)
    }
    if (layers > 0 && this.#needles.bare.length > 0) yield* this.#bare.in(bareText(view))
  }
}

/** The views in which escapes are undone again and again, from the `first` time on. */
function* layersOf(outermost: View, decode: Decoder, first: number): Generator<View> {
  let view = decode(outermost, 0)
  for (let depth = 1; view && depth < MOST_LAYERS; depth++) {
    if (depth >= first) yield view
    view = decode(view, 0)
  }
}

/** Overlapping and touching spans become one. */
function merged(spans: readonly Span[]): readonly Span[] {
  const result: [number, number][] = []
  for (const [from, to] of spans.toSorted((a, b) => a[0] - b[0])) {
    const last = result.at(-1)
    if (last && from <= last[1]) last[1] = Math.max(last[1], to)
    else result.push([from, to])
  }
  return result
}
