import { credentialsIn } from './credential-headers.ts'
import { headersSizeProblem, headerValueProblem } from './header-rules.ts'
import type { Failure } from './reason.ts'
import { expandText, referencesIn, secretNamesIn, type TemplatedParts } from './secret-template.ts'
import { targetLimits } from './target-limits.ts'
import { parseTemplatedUrl } from './templated-url.ts'

/** The request with its secrets in. Never stored, never logged. */
export interface ExpandedTarget {
  readonly url: URL
  /** The job's headers, and `authorization` when the job has auth. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** Passwords, tokens and headers that are credentials, as they are sent, typed ones included: redact them like secrets. */
  readonly credentials: readonly string[]
}

export type ExpandedSecrets =
  | { readonly ok: true; readonly expanded: ExpandedTarget }
  /** `missing` names the unknown secrets; it is empty when something else went wrong. */
  | { readonly ok: false; readonly missing: readonly string[]; readonly failure: Failure }

/**
 * Puts the values of secrets into a target, in one pass: percent-encoded in the path and in query values, as they
 * are in header values, body and auth. Nothing may be sent when this fails. Messages name secrets, never values.
 */
export function expandSecrets(target: TemplatedParts, secrets: ReadonlyMap<string, string>): ExpandedSecrets {
  const names = secretNamesIn(target)
  const missing = names.filter((name) => !secrets.has(name))
  if (missing.length > 0) {
    const list = missing.map((name) => `"${name}"`).join(', ')
    const message = `The job refers to ${list}, but there is no such secret.`
    return { ok: false, missing, failure: { code: 'SECRET_NOT_FOUND', secretNames: missing, message } }
  }
  const refuse = (code: 'INVALID_REQUEST' | 'TOO_LARGE', message: string): ExpandedSecrets => ({
    ok: false,
    missing: [],
    failure: { code, secretNames: names, message },
  })
  const valueFor = (name: string) => secrets.get(name) ?? ''
  const tooLarge = sizeProblem(target, valueFor)
  if (tooLarge) return refuse('TOO_LARGE', tooLarge)
  const url = expandUrl(target.targetUrl, valueFor)
  if (typeof url === 'string') return refuse('INVALID_REQUEST', url)
  const { header, credentials, problem } = expandAuth(target.auth, valueFor)
  const own = Object.fromEntries(
    Object.entries(target.headers).map(([name, value]) => [name, expandText(value, valueFor)]),
  )
  const headers = header === undefined ? own : { ...own, authorization: header }
  const badHeader = problem ?? headerProblem(headers)
  if (badHeader) return refuse('INVALID_REQUEST', badHeader)
  const body = target.body === null ? null : expandText(target.body, valueFor)
  return { ok: true, expanded: { url, headers, body, credentials: [...credentials, ...credentialsIn(own)] } }
}

function expandUrl(text: string, valueFor: (name: string) => string): URL | string {
  const parsed = parseTemplatedUrl(text)
  if (!parsed.ok) return `The URL ${parsed.problem}`
  const url = parsed.templated.fill(valueFor)
  return url ?? 'A secret in the path is "." or "..", which would change where the URL leads.'
}

function expandAuth(auth: TemplatedParts['auth'], valueFor: (name: string) => string) {
  if (auth.type === 'none') return { header: undefined, credentials: [], problem: undefined }
  if (auth.type === 'bearer') {
    const token = expandText(auth.token, valueFor)
    return { header: `Bearer ${token}`, credentials: [token], problem: undefined }
  }
  const username = expandText(auth.username, valueFor)
  const password = expandText(auth.password, valueFor)
  const pair = Buffer.from(`${username}:${password}`).toString('base64')
  return {
    header: `Basic ${pair}`,
    // The pair too: a password of three characters is not looked for in base64.
    credentials: [password, pair],
    problem: username.includes(':') ? 'The user name of basic auth has a ":" once its secrets are in.' : undefined,
  }
}

function headerProblem(headers: Readonly<Record<string, string>>): string | undefined {
  for (const [name, value] of Object.entries(headers)) {
    const problem = headerValueProblem(value)
    if (problem) return `The header ${name} ${problem}`
  }
  const size = headersSizeProblem(headers)
  return size && `The headers ${size}`
}

/** Counted before anything is built, because a short body can refer to a long secret a thousand times. */
function sizeProblem({ targetUrl, body }: TemplatedParts, valueFor: (name: string) => string): string | undefined {
  const grown = (text: string) =>
    referencesIn(text).reduce((sum, name) => sum + Buffer.byteLength(valueFor(name)), Buffer.byteLength(text))
  if (body !== null && grown(body) > targetLimits.expandedBodyBytes)
    return `The body is longer than ${targetLimits.expandedBodyBytes} bytes once its secrets are in.`
  if (grown(targetUrl) > targetLimits.expandedUrlLength)
    return `The URL is longer than ${targetLimits.expandedUrlLength} characters once its secrets are in.`
  return undefined
}
