import type { View } from './redaction-views.ts'

/** A stretch [from, to) of bytes. */
export type Span = readonly [from: number, to: number]

/** One form of a secret's bytes that is looked for. */
export interface Needle {
  readonly bytes: Buffer
  /** So many bytes of its beginning or its end are as good as all of it: what is missing could be guessed. */
  readonly telling: number
}

/** Below this many bytes a secret would be found by chance in decoded base64 and hexadecimal; only its plain and escaped forms are redacted. */
export const SHORTEST_PACKED = 4
/** Shorter ones are words. */
const HOST_LIKE = /^[\w.-]{6,}$/
/** A shorter part of a secret may be a word of its own, as `password` is of `password1234`. */
const SHORTEST_PART = 12

/**
 * The bytes to look for: as UTF-8, without white space at the ends (headers lose it), as ISO 8859-1, and as UTF-8 that was
 * read as ISO 8859-1 and written again, which is what most servers make of a header beyond ASCII; and in lower case where
 * it could be part of a host name, which is shown in that.
 */
export function needlesOf(secrets: Iterable<string>): readonly Needle[] {
  const plain = [...secrets].flatMap((secret) => [secret, secret.trim()]).filter((text) => text !== '')
  const inHosts = plain.filter((text) => HOST_LIKE.test(text)).map((text) => text.toLowerCase())
  const texts = [...plain, ...inHosts]
  const latin1 = texts.filter((text) => Buffer.from(text, 'latin1').toString('latin1') === text)
  const binary = [
    ...texts.map((text) => Buffer.from(text)),
    ...texts.map((text) => Buffer.from(Buffer.from(text).toString('latin1'))),
    ...latin1.map((text) => Buffer.from(text, 'latin1')),
  ]
  const distinct = new Map(binary.map((bytes) => [bytes.toString('latin1'), bytes]))
  return [...distinct.values()].map((bytes) => ({
    bytes,
    telling: Math.min(bytes.length, Math.max(SHORTEST_PART, Math.ceil((bytes.length * 2) / 3))),
  }))
}

/** Where the needles, or telling parts of them, are in a view; as stretches of the original. */
export function occurrences(view: View, needles: readonly Needle[]): readonly Span[] {
  const spans: Span[] = []
  for (const needle of needles) {
    if (view.noisy && needle.bytes.length < SHORTEST_PACKED) continue
    const { bytes, telling } = needle
    const head = bytes.subarray(0, telling)
    for (let at = view.bytes.indexOf(head); at !== -1; at = view.bytes.indexOf(head, at + 1))
      spans.push(view.origin(at, endOf(view.bytes, at, needle)))
    if (telling === bytes.length) continue
    const tail = bytes.subarray(bytes.length - telling)
    for (let at = view.bytes.indexOf(tail); at !== -1; at = view.bytes.indexOf(tail, at + 1))
      spans.push(view.origin(startOf(view.bytes, at, needle), at + telling))
  }
  return spans
}

/** How far the bytes after a head that was found at `at` go on as the needle does. */
function endOf(bytes: Buffer, at: number, needle: Needle): number {
  let length = needle.telling
  while (length < needle.bytes.length && bytes[at + length] === needle.bytes[length]) length++
  return at + length
}

/** How far the bytes before a tail that was found at `at` go on as the needle does. */
function startOf(bytes: Buffer, at: number, needle: Needle): number {
  let missing = needle.bytes.length - needle.telling
  let start = at
  while (missing > 0 && bytes[start - 1] === needle.bytes[missing - 1]) {
    start--
    missing--
  }
  return start
}
