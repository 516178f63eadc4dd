import { authScheme, isCredentialHeader } from './credential-headers.ts'
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

/** What stands where a secret stood. The same for all: a hash of a weak secret could be guessed. */
export const REDACTED = '[redacted]'

/** Takes secrets out of everything that is stored, shown or logged. */
export interface Redactor {
  /** Replaces each secret, in whatever encoding, by `[redacted]`. */
  redact(text: string): string
  /** Redacts headers, names included; values that are credentials by their name go whole. */
  redactHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>>
  /**
   * Redacts a captured body, then cuts it to `limitBytes` of UTF-8. Of a capture that is not the whole body the last
   * `overlapBytes` are dropped first, because a secret may be cut in two there.
   */
  redactAndTruncate(captured: Uint8Array, limitBytes: number, isWhole: boolean): RedactedText
  /** How many bytes to capture beyond what is to be kept. */
  readonly overlapBytes: number
}

export interface RedactedText {
  readonly text: string
  readonly truncated: boolean
}

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
  const redact = (text: string) => {
    const bytes = Buffer.from(text)
    const spans = findSecrets(bytes, needles)
    return spans.length === 0 ? text : blotOut(bytes, spans)
  }
  return {
    redact,
    redactHeaders: (headers) =>
      Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [redact(name), redactHeader(name, value, redact)]),
      ),
    redactAndTruncate(captured, limitBytes, isWhole) {
      const bytes = Buffer.from(captured.buffer, captured.byteOffset, captured.byteLength)
      const spans = findSecrets(bytes, needles)
      const end = isWhole ? bytes.length : Math.max(0, bytes.length - overlapBytes)
      const text = blotOut(bytes, spans, end)
      const kept = cutUtf8(text, limitBytes)
      return { text: kept, truncated: !isWhole || kept.length < text.length }
    },
    overlapBytes,
  }
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
  let views: readonly View[] = [rawView(bytes)]
  for (let depth = 0; depth <= DEPTH; depth++) {
    for (const view of views) spans.push(...occurrences(view, needles))
    if (depth < DEPTH) views = views.flatMap((view) => decoders.flatMap((decode) => decode(view, shortest) ?? []))
  }
  for (const layer of layersOf(bytes)) {
    const readings = [layer, ...decoders.flatMap((decode) => decode(layer, shortest) ?? [])]
    for (const view of readings) spans.push(...occurrences(view, needles))
  }
  return merged(spans)
}

/** The views of text in which escapes are undone again and again, of all kinds at once and of each kind alone. */
function layersOf(bytes: Buffer): readonly View[] {
  const layers: View[] = []
  for (const decode of [escapesUndone, ...TEXT_DECODERS]) {
    let view = decode(rawView(bytes), 0)
    for (let depth = 1; view && depth < MOST_LAYERS; depth++) {
      // Once by itself each kind has been undone already.
      if (decode === escapesUndone || depth > 1) layers.push(view)
      view = decode(view, 0)
    }
  }
  return layers
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

/** The text of the bytes before `end`, each span replaced; a span across `end` still leaves its marker. */
function blotOut(bytes: Buffer, spans: readonly Span[], end = bytes.length): string {
  const parts: string[] = []
  let at = 0
  for (const [from, to] of spans) {
    if (from >= end) break
    parts.push(bytes.toString('utf8', at, from), REDACTED)
    at = to
  }
  if (at < end) parts.push(bytes.toString('utf8', at, end))
  return parts.join('')
}

function cutUtf8(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= limitBytes) return text
  let end = limitBytes
  // 10xxxxxx continues a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}

function redactHeader(name: string, value: string, redact: (text: string) => string): string {
  if (!isCredentialHeader(name)) return redact(value)
  const scheme = authScheme(value)
  return scheme ? `${scheme} ${REDACTED}` : REDACTED
}
