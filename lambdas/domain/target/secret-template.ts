/** What a secret may be called (API: `PUT /api/secrets/{name}`). */
const SECRET_NAME = '[A-Za-z0-9_]{1,64}'
/** `secrets` after two braces in any dress, as written or percent-encoded: what a person meant as a reference. */
const MEANT_AS_REFERENCE = /(?:\{|%7B){2}\s*secrets?\b[^}]{0,80}(?:\}|%7D){0,2}/gi

/** Finds `{{secrets.NAME}}`, the name in group 1. A new object each time, because a global pattern keeps a position. */
export const secretReference = (): RegExp => new RegExp(`\\{\\{secrets\\.(${SECRET_NAME})\\}\\}`, 'g')

/** The parts of a target in which secrets are expanded. */
export interface TemplatedParts {
  readonly targetUrl: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly auth:
    | { readonly type: 'none' }
    | { readonly type: 'basic'; readonly username: string; readonly password: string }
    | { readonly type: 'bearer'; readonly token: string }
}

/** The names of the secrets a target refers to, each once, in alphabetical order. */
export function secretNamesIn(parts: TemplatedParts): readonly string[] {
  const names = templatedTexts(parts).flatMap(({ text }) => referencesIn(text))
  return [...new Set(names)].sort()
}

/** The names referred to in one text, in order, repetitions included. */
export function referencesIn(text: string): readonly string[] {
  return Array.from(text.matchAll(secretReference()), ([, name = '']) => name)
}

/**
 * Puts values in place of references, in one pass: what a value holds is never looked at again. Every name must be
 * known to `valueFor`.
 */
export function expandText(text: string, valueFor: (name: string) => string): string {
  return text.replace(secretReference(), (_, name: string) => valueFor(name))
}

/**
 * References that are not written as `{{secrets.NAME}}`, such as `{{ secrets.X }}`, `{{secret.X}}` or `{{secrets.}}`:
 * they would be sent to the target as they stand. Other `{{…}}` belongs to the body's own language and is left alone.
 */
export function malformedReferencesIn(text: string): readonly string[] {
  return Array.from(text.replace(secretReference(), '').matchAll(MEANT_AS_REFERENCE), ([found]) => found)
}

/** Each text of a target in which references count, with the JSON pointer to it. */
export function templatedTexts(parts: TemplatedParts): readonly { readonly pointer: string; readonly text: string }[] {
  const { targetUrl, headers, body, auth } = parts
  return [
    { pointer: '/targetUrl', text: targetUrl },
    ...Object.entries(headers).map(([name, text]) => ({ pointer: headerPointer(name), text })),
    ...(body === null ? [] : [{ pointer: '/body', text: body }]),
    ...(auth.type === 'basic'
      ? [
          { pointer: '/auth/username', text: auth.username },
          { pointer: '/auth/password', text: auth.password },
        ]
      : []),
    ...(auth.type === 'bearer' ? [{ pointer: '/auth/token', text: auth.token }] : []),
  ]
}

/** The JSON pointer to one header (RFC 6901, section 3). */
export function headerPointer(name: string): string {
  return `/headers/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
