import { secretReference } from './secret-template.ts'

/** A URL parsed once, in which references to secrets may stand in the path and in query values. */
export interface TemplatedUrl {
  /** The parsed URL; a reference shows as a plain word in it. Its scheme, host and port are final. */
  readonly url: URL
  /**
   * Puts the values in, percent-encoded, and answers undefined when a value would change the path around it (a whole
   * segment of `.` or `..`).
   */
  fill(valueFor: (name: string) => string): URL | undefined
}

export type ParsedTemplatedUrl =
  | { readonly ok: true; readonly templated: TemplatedUrl }
  | { readonly ok: false; readonly problem: string }

/**
 * Parses the URL by the WHATWG rules with a plain word in place of each `{{secrets.NAME}}`, so that a value can never
 * take part in the parsing of scheme, host or port.
 */
export function parseTemplatedUrl(text: string): ParsedTemplatedUrl {
  const names: string[] = []
  const word = unusedWord(text)
  const plain = text.replace(secretReference(), (_, name: string) => `${word}${names.push(name) - 1}x`)
  const url = URL.parse(plain)
  const misplaced = misplacedReference(plain, url, word)
  if (misplaced) return { ok: false, problem: misplaced }
  if (!url) return { ok: false, problem: 'is not valid; write one like https://api.example.com/health.' }
  return {
    ok: true,
    templated: { url, fill: (valueFor) => fill(url, new RegExp(`${word}(\\d+)x`, 'g'), names, valueFor) },
  }
}

function fill(url: URL, word: RegExp, names: readonly string[], valueFor: (name: string) => string): URL | undefined {
  const put = (part: string) =>
    part.replace(word, (_, index: string) => encodeURIComponent(valueFor(names[Number(index)] ?? '').toWellFormed()))
  const path = put(url.pathname)
  const filled = URL.parse(`${url.origin}${path}${put(url.search)}`)
  return filled?.pathname === path ? filled : undefined
}

/** A word of letters and digits that the text does not hold yet, whatever the case. */
function unusedWord(text: string): string {
  const lower = text.toLowerCase()
  let word = 'secretx'
  while (lower.includes(word)) word += 'x'
  return word
}

function misplacedReference(plain: string, url: URL | null, word: string): string | undefined {
  const where = 'A secret may stand only in the path or in a query value of the URL'
  const authority = /^[^/?#\\]*:[/\\]*[^/?#\\]*/.exec(plain)?.[0] ?? plain
  const beforePath = url ? `${url.protocol}${url.username}:${url.password}@${url.host}` : authority
  if (beforePath.toLowerCase().includes(word)) return `has a secret before its path. ${where}.`
  if (!url) return undefined
  if (url.hash.includes(word)) return `has a secret after #, which is never sent. ${where}.`
  const names = url.search.slice(1).split('&')
  if (names.some((pair) => (pair.split('=')[0] ?? '').includes(word)))
    return `has a secret as a query name. ${where}, such as ?key={{secrets.NAME}}.`
  return undefined
}
