import {
  backslashDecoded,
  escapesUndone,
  htmlDecoded,
  percentDecoded,
  plusDecoded,
  withoutZeros,
} from './escape-decoders.ts'
import { type Needle, needlesOf, occurrences, SHORTEST_PACKED, type Span } from './needles.ts'
import { base64Decoded, hexDecoded } from './packed-decoders.ts'
import { type Decoder, rawView, type View } from './redaction-views.ts'
import { type Redactor, redactorBy } from './redactor.ts'

const TEXT_DECODERS: readonly Decoder[] = [percentDecoded, backslashDecoded, htmlDecoded, withoutZeros]
const PACKED_DECODERS: readonly Decoder[] = [base64Decoded, hexDecoded]
/** Encodings are undone twice: base64 in a URL, a URL in JSON. */
const DEPTH = 2
/** Escapes more often than that: logs quote JSON that quotes JSON. */
const MOST_LAYERS = 6
/** The longest encoding of one byte within two layers, rounded up: `%5Cu0041` in base64. */
const LONGEST_ENCODING = 12

/**
 * Makes a redactor for the secrets of one request: values of secrets, and credentials typed into the job. It finds
 * them raw, percent- and form-encoded, JSON- and HTML-escaped, in UTF-16, in hexadecimal, and in base64 and base64url
 * at any alignment (so in `Basic base64(user:password)` too), in any two of these inside one another, and in up to five
 * layers of escapes. Of a secret that
 * somebody cut, what is left goes too when it is two thirds of it or more.
 */
export function createRedactor(secrets: Iterable<string>): Redactor {
  const needles = needlesOf(secrets)
  const longest = Math.max(0, ...needles.map(({ bytes }) => bytes.length))
  const overlapBytes = longest * LONGEST_ENCODING
  return redactorBy((bytes) => findSecrets(bytes, needles), overlapBytes)
}

function findSecrets(bytes: Buffer, needles: readonly Needle[]): readonly Span[] {
  if (needles.length === 0 || bytes.length === 0) return []
  const lengths = needles.map(({ telling }) => telling).filter((length) => length >= SHORTEST_PACKED)
  const decoders = [
    ...TEXT_DECODERS,
    ...(needles.some((needle) => needle.bytes.includes(0x20)) ? [plusDecoded] : []),
    ...(lengths.length > 0 ? PACKED_DECODERS : []),
  ]
  const shortest = Math.min(...lengths)
  const spans: Span[] = []
  // Depth first and one after the other: each view is as large as the text and more, and only a few are kept at a time.
  const search = (view: View, layers: number): void => {
    spans.push(...occurrences(view, needles))
    if (layers === 0) return
    for (const decode of decoders) {
      const inner = decode(view, shortest)
      if (inner) search(inner, layers - 1)
    }
  }
  search(rawView(bytes), DEPTH)
  for (const layer of layersOf(bytes)) search(layer, 1)
  return merged(spans)
}

/** The views of text in which escapes are undone again and again, of all kinds at once and of each kind alone. */
function* layersOf(bytes: Buffer): Generator<View> {
  for (const decode of [escapesUndone, ...TEXT_DECODERS]) {
    let view = decode(rawView(bytes), 0)
    for (let depth = 1; view && depth < MOST_LAYERS; depth++) {
      // Once by itself each kind has been undone already.
      if (decode === escapesUndone || depth > 1) yield view
      view = decode(view, 0)
    }
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
