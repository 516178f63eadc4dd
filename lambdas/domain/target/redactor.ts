import { authScheme, isCredentialHeader } from './credential-headers.ts'
import type { Span } from './needle-search.ts'

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

/** Finds stretches of bytes that hold secrets: apart from each other, in order. */
export type FindSecrets = (bytes: Buffer) => readonly Span[]

/** Makes a redactor of what finds secrets. Headers that are credentials by their names need no finding. */
export function redactorBy(find: FindSecrets, overlapBytes: number): Redactor {
  const redact = (text: string) => {
    const bytes = Buffer.from(text)
    const spans = find(bytes)
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
      const spans = find(bytes)
      const end = isWhole ? bytes.length : Math.max(0, bytes.length - overlapBytes)
      const text = blotOut(bytes, spans, end)
      const kept = cutUtf8(text, limitBytes)
      return { text: kept, truncated: !isWhole || kept.length < text.length }
    },
    overlapBytes,
  }
}

/** Where there are no secrets, none are found. */
const blind: Redactor = redactorBy(() => [], 0)

/**
 * A redactor for the secrets of one request, as `createRedactor` makes it. What searches for secrets is loaded where there are
 * any.
 */
export async function redactorOf(secrets: readonly string[]): Promise<Redactor> {
  if (secrets.every((secret) => secret === '')) return blind
  const { createRedactor } = await import('./redaction.ts')
  return createRedactor(secrets)
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
  parts.push(bytes.toString('utf8', at, end))
  return parts.join('')
}

function cutUtf8(text: string, limitBytes: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= limitBytes) return text
  let end = limitBytes
  // 10xxxxxx continues a character.
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}

function redactHeader(name: string, value: string, redact: (text: string) => string): string {
  if (!isCredentialHeader(name)) return redact(value)
  const scheme = authScheme(value)
  return scheme ? `${scheme} ${REDACTED}` : REDACTED
}
