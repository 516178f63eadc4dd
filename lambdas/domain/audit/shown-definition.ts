import { cut } from '../import/cut.ts'
import type { JobDefinition } from '../job/job.ts'
import { secretReference } from '../target/secret-template.ts'
import type { ShownFields } from './audit-entry.ts'

/** What stands for a value that is, or may be, a credential. */
export const HIDDEN = '[hidden]'

/** Longest text that is shown, in characters. */
const LONGEST_TEXT = 300

/** Headers that carry no credential: their values are shown. */
const PLAIN_HEADERS: ReadonlySet<string> = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'content-language',
  'content-type',
  'user-agent',
])

/** What may stand around a reference to a secret without being one. */
const SCHEME = /^\s*(?:bearer|basic|token|apikey|api-key)?\s*$/i

/** A value that may be a credential: shown when it only refers to secrets, else hidden. */
const credential = (text: string): string => (SCHEME.test(text.replace(secretReference(), '')) ? text : HIDDEN)

function shownUrl(text: string): string {
  const [whole = '', query] = [text.split(/[?#]/)[0], /\?([^#]*)/.exec(text)?.[1]]
  if (query === undefined) return whole
  const pairs = query.split('&').map((pair) => {
    const [name = '', ...value] = pair.split('=')
    return value.length === 0 ? credential(name) : `${name}=${credential(value.join('='))}`
  })
  return `${whole}?${pairs.join('&')}`
}

function shownAuth(auth: JobDefinition['auth']): JobDefinition['auth'] {
  switch (auth.type) {
    case 'none':
      return auth
    case 'basic':
      return { ...auth, username: credential(auth.username), password: credential(auth.password) }
    case 'bearer':
      return { ...auth, token: credential(auth.token) }
  }
}

const shownHeaders = (headers: JobDefinition['headers']): JobDefinition['headers'] =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      PLAIN_HEADERS.has(name.toLowerCase()) ? value : credential(value),
    ]),
  )

/** Whoever knows such an address may post to it: only where it leads is shown. */
const shownWebhook = (url: string | null) => (url === null ? null : `${URL.parse(url)?.origin ?? ''}/${HIDDEN}`)

const shownBody = (body: string | null) =>
  body === null || credential(body) === body ? body : `${HIDDEN} (${Buffer.byteLength(body)} bytes)`

/** The same with long texts cut, however deep they are. */
function shortened(value: unknown): unknown {
  if (typeof value === 'string') return value.length > LONGEST_TEXT ? `${cut(value, LONGEST_TEXT)}…` : value
  if (Array.isArray(value)) return value.map(shortened)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shortened(inner)]))
}

/**
 * A job's definition for those who need not know its credentials, such as admins. Whatever was typed into a header, into
 * auth, into the body or the query may be one; references such as `{{secrets.NAME}}` are none.
 */
export const withoutCredentials = (definition: JobDefinition): JobDefinition => ({
  ...definition,
  targetUrl: shownUrl(definition.targetUrl),
  headers: shownHeaders(definition.headers),
  body: shownBody(definition.body),
  auth: shownAuth(definition.auth),
  notify: { ...definition.notify, webhookUrl: shownWebhook(definition.notify.webhookUrl) },
})

/** The same for an entry of the audit, which need not hold long texts either. */
export const shownDefinition = (definition: JobDefinition): ShownFields =>
  Object.fromEntries(Object.entries(withoutCredentials(definition)).map(([name, value]) => [name, shortened(value)]))
