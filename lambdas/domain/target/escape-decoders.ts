import { characterReferenceAt } from './character-references.ts'
import { backslashAt, percentAt, quotedAt, type ReadEscape, signAt } from './escapes.ts'
import { type Decoder, type View, ViewBuilder } from './redaction-views.ts'

/** `%41` (RFC 3986, section 2.1), either case, and the `%u0041` of old JavaScript's `escape`. */
export const percentDecoded: Decoder = (view) => unescaped(view, '%', percentAt)

/** `+` for a space (`application/x-www-form-urlencoded`); the rest of a form is percent-encoded. */
export const plusDecoded: Decoder = (view) => unescaped(view, '+', () => ({ bytes: [0x20], length: 1 }))

/** `\"`, `\/`, `\n`, `\u0041` (RFC 8259, section 7), and the `\x41`, `\u{41}` and `\101` of other languages. */
export const backslashDecoded: Decoder = (view) => unescaped(view, '\\', backslashAt)

/** `&amp;`, `&#65;`, `&#x41;` (HTML, "Character references"; of the names, those that escaping functions write). */
export const htmlDecoded: Decoder = (view) => unescaped(view, '&', characterReferenceAt)

/** `\63 ` and `\000063`, `\@` (CSS Syntax, "Escaping"): so do regular expressions and shells write signs. */
export const signsUnescaped: Decoder = (view) => unescaped(view, '\\', signAt)

/** `=41` and the `=` at the end of a line that goes on (RFC 2045, section 6.7). */
export const quotedPrintableDecoded: Decoder = (view) => unescaped(view, '=', quotedAt)

/** Text in UTF-16, as far as it is ASCII: the same with a zero byte beside each. */
export const withoutZeros: Decoder = (view) => unescaped(view, '\0', () => ({ bytes: [], length: 1 }))

/** All of these at once, so that escapes within escapes of another kind are undone layer by layer. */
export const escapesUndone: Decoder = (view) =>
  undone(view, [
    ['%', percentAt],
    ['\\', backslashAt],
    ['&', characterReferenceAt],
  ])

/** The byte that each escape of a kind begins with, and how to read one. */
type EscapeKind = readonly [marker: string, read: ReadEscape]

const unescaped = (view: View, marker: string, read: ReadEscape): View | undefined => undone(view, [[marker, read]])

function undone(view: View, kinds: readonly EscapeKind[]): View | undefined {
  const { bytes } = view
  const markers = new Markers(bytes, kinds)
  let next = markers.from(0)
  if (!next) return undefined
  const out = new ViewBuilder(view, bytes.length)
  let copied = 0
  let found = false
  while (next) {
    const { at, read } = next
    const escaped = read(bytes, at)
    if (escaped) {
      found = true
      out.copy(copied, at)
      copied = at + escaped.length
      out.add(escaped.bytes, at, copied)
    }
    next = markers.from(at + (escaped?.length ?? 1))
  }
  out.copy(copied, bytes.length)
  return found ? out.build() : undefined
}

/** Finds the bytes that escapes begin with, each by a search of its own that goes over the bytes once. */
class Markers {
  readonly #bytes: Buffer
  readonly #kinds: { readonly code: number; readonly read: ReadEscape; at: number }[]

  constructor(bytes: Buffer, kinds: readonly EscapeKind[]) {
    this.#bytes = bytes
    this.#kinds = kinds.map(([marker, read]) => ({ code: marker.charCodeAt(0), read, at: -1 }))
  }

  /** The first at or behind a position. Positions only grow from call to call. */
  from(position: number): { readonly at: number; readonly read: ReadEscape } | undefined {
    let first: { readonly at: number; readonly read: ReadEscape } | undefined
    for (const kind of this.#kinds) {
      if (kind.at < position) {
        const at = this.#bytes.indexOf(kind.code, position)
        kind.at = at === -1 ? Number.POSITIVE_INFINITY : at
      }
      if (kind.at < (first?.at ?? Number.POSITIVE_INFINITY)) first = kind
    }
    return first
  }
}
