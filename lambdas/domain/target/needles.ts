import { bareText } from './bare-text.ts'
import { rawView } from './redaction-views.ts'

/** One form of a secret's bytes that is looked for, its ASCII letters in lower case. */
export interface Needle {
  readonly bytes: Buffer
  /** So many bytes of its beginning or its end are as good as all of it: what is missing could be guessed. */
  readonly telling: number
}

/** What is looked for in every way to read a text. */
export interface Needles {
  /** Found whatever their case. */
  readonly long: readonly Needle[]
  /** Below SHORTEST_PACKED; found as they are. */
  readonly short: readonly Buffer[]
  /** The letters and digits of the secrets alone, for texts that are read without anything else. */
  readonly bare: readonly Needle[]
}

/** Below this many bytes a secret would be found by chance in decoded base64 and hexadecimal, and in another case be a word; only its plain and escaped forms are redacted. */
export const SHORTEST_PACKED = 4
/** A shorter part of a secret may be a word of its own, as `password` is of `password1234`. */
const SHORTEST_PART = 12
/** Of a key of kilobytes so much is too much, though by far not two thirds. */
export const LONGEST_PART = 256
/** Backwards, shorter ones may be words. */
const SHORTEST_BACKWARDS = 8

/**
 * The bytes to look for: as UTF-8, without white space at the ends (headers lose it), backwards, and in base64 of which the
 * case was lost, as it is in host names. Beyond ASCII also composed and decomposed (Unicode Standard Annex #15), in either
 * case, as UTF-16, as ISO 8859-1, and as UTF-8 that was read as ISO 8859-1 and written again, which is what most servers make
 * of a header.
 */
export function needlesOf(secrets: Iterable<string>): Needles {
  const plain = distinct([...secrets].flatMap((secret) => [secret, secret.trim()]).filter((text) => text !== ''))
  const texts = distinct(plain.flatMap((text) => (isAscii(text) ? [text] : variantsOf(text))))
  const utf8 = texts.map((text) => Buffer.from(text))
  const forms = [
    ...utf8,
    ...texts.filter((text) => !isAscii(text)).flatMap(otherEncodings),
    ...texts.filter((text) => text.length >= SHORTEST_BACKWARDS).map((text) => Buffer.from(backwards(text))),
    ...utf8.filter(({ length }) => length >= SHORTEST_PART).flatMap(base64Cores),
  ]
  const isLong = ({ length }: Buffer) => length >= SHORTEST_PACKED
  return {
    long: needles(forms.filter(isLong)),
    short: forms.filter((bytes) => !isLong(bytes)),
    bare: needles(utf8.flatMap(bareForms).filter(({ length }) => length >= SHORTEST_PART)),
  }
}

/** ASCII letters in lower case; all else as it is. */
export function lowerCase(bytes: Buffer): Buffer {
  const lower = Buffer.allocUnsafe(bytes.length)
  for (let at = 0; at < bytes.length; at++) lower[at] = LOWER[bytes[at] ?? 0] ?? 0
  return lower
}

const LOWER = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte))

function needles(forms: readonly Buffer[]): readonly Needle[] {
  const lower = new Map(forms.map(lowerCase).map((bytes) => [bytes.toString('latin1'), bytes]))
  return [...lower.values()].map((bytes) => ({
    bytes,
    telling: Math.min(bytes.length, LONGEST_PART, Math.max(SHORTEST_PART, Math.ceil((bytes.length * 2) / 3))),
  }))
}

const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

const isAscii = (text: string): boolean => Buffer.byteLength(text) === text.length

const variantsOf = (text: string): readonly string[] =>
  [text, text.toLowerCase(), text.toUpperCase()].flatMap((each) =>
    (['NFC', 'NFD', 'NFKC'] as const).map((form) => each.normalize(form)).concat(each),
  )

function otherEncodings(text: string): readonly Buffer[] {
  const latin1 = Buffer.from(text, 'latin1')
  const utf16 = Buffer.from(text, 'utf16le')
  return [
    Buffer.from(Buffer.from(text).toString('latin1')),
    ...(latin1.toString('latin1') === text ? [latin1] : []),
    utf16,
    Buffer.from(utf16).swap16(),
  ]
}

const backwards = (text: string): string => [...text].reverse().join('')

/** The digits of base64 and base64url that do not depend on what stands beside, for each place in a group. */
function base64Cores(bytes: Buffer): readonly Buffer[] {
  const cores = [0, 1, 2].flatMap((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes])
    const [from, to] = [Math.ceil((before * 8) / 6), Math.floor((padded.length * 8) / 6)]
    return (['base64', 'base64url'] as const).map((encoding) => padded.toString(encoding).slice(from, to))
  })
  return distinct(cores).map((core) => Buffer.from(core))
}

/** Without what looks like a tag, and with it. */
const bareForms = (bytes: Buffer): readonly Buffer[] =>
  [bytes, Buffer.from(bytes.toString('latin1').replaceAll('<', ' '), 'latin1')].map(
    (each) => bareText(rawView(each)).bytes,
  )
