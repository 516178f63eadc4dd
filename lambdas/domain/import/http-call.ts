import { findHeaderProblems } from '../target/header-rules.ts'
import type { HttpMethod, Target } from '../target/target.ts'
import type { SecretDrafts } from './secret-drafts.ts'

/** An HTTP call as another system makes it, with its credentials in plain text. */
export type HttpCall = {
  readonly url: string
  readonly httpMethod: HttpMethod
  /** As written; a name may come more than once. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string | null
  readonly basicAuth: { readonly username: string; readonly password: string } | undefined
}

/** The fields of a job that make the same call, credentials replaced by references to secrets. */
export type MovedCall = {
  readonly fields: Pick<Target, 'targetUrl' | 'httpMethod' | 'headers' | 'body' | 'auth'>
  readonly warnings: readonly string[]
}

/** Words that give a credential away in the name of a header or of a query parameter. */
const CREDENTIAL_WORD =
  /^(auth|authori[sz]ation|authentication|cookie|credentials?|jwt|key|(api|access|secret|private)key|pass|passwd|password|pwd|secret|session(id)?|sig|signature|tokens?|(access|auth|api|csrf)token)$/
const NO_CREDENTIALS: ReadonlySet<string> = new Set(['idempotency-key'])

/** Whether a header or query parameter of this name holds a credential, as far as a name can tell. */
export function isCredentialName(name: string): boolean {
  if (NO_CREDENTIALS.has(name.toLowerCase())) return false
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
  return words.some((word, index) => CREDENTIAL_WORD.test(word) || CREDENTIAL_WORD.test(`${words[index - 1]}${word}`))
}

/** Text that refers to a secret already is left alone. */
const isReference = (value: string): boolean => /\{\{secrets\.[A-Za-z0-9_]+\}\}/.test(value)

/**
 * Writes a call as the target of a job. Passwords, and the values of headers and query parameters whose names say that they
 * are credentials, go into secrets; what Punctual would not send is left out. Both are in the warnings where a user must know.
 */
export function moveCall(call: HttpCall, job: string, secrets: SecretDrafts): MovedCall {
  const { url, userinfo } = withoutUserinfo(call.url)
  const kept = sendableHeaders(joined(call.headers))
  const hasAuthorization = kept.headers.some(([name]) => name.toLowerCase() === 'authorization')
  const basic = hasAuthorization ? undefined : (call.basicAuth ?? userinfo)
  const secretOf = (value: string, credential: string): string =>
    isReference(value) ? value : (secrets.keep(value, { job, credential }) ?? value)
  return {
    fields: {
      targetUrl: moveQuery(url, secretOf),
      httpMethod: call.httpMethod,
      headers: Object.fromEntries(kept.headers.map(([name, value]) => [name, moveHeader(name, value, secretOf)])),
      body: call.body,
      auth: basic ? { type: 'basic', ...basic, password: secretOf(basic.password, 'password') } : { type: 'none' },
    },
    warnings: [
      ...kept.warnings,
      ...(hasAuthorization && (call.basicAuth ?? userinfo)
        ? ['There is an Authorization header, so that the user name and password were never sent; they are left out.']
        : []),
    ],
  }
}

type SecretOf = (value: string, credential: string) => string

/** `Bearer x` keeps its scheme: only what follows is secret. */
function moveHeader(name: string, value: string, secretOf: SecretOf): string {
  if (!isCredentialName(name)) return value
  const [, scheme = '', credential = value] = /^([A-Za-z][A-Za-z0-9-]* +)(\S.*)$/.exec(value) ?? []
  return /authori[sz]ation/i.test(name) ? `${scheme}${secretOf(credential, name)}` : secretOf(value, name)
}

/** A reference is percent-encoded when it is expanded, so that the secret has to be the plain value. */
function moveQuery(url: string, secretOf: SecretOf): string {
  const [, before = '', query = '', after = ''] = /^([^?#]*\?)([^#]*)(#.*)?$/s.exec(url) ?? []
  if (before === '') return url
  const pairs = query.split('&').map((pair) => {
    const at = pair.indexOf('=')
    const name = plain(at < 0 ? pair : pair.slice(0, at))
    const value = at < 0 ? undefined : plain(pair.slice(at + 1))
    if (name === undefined || !value || !isCredentialName(name)) return pair
    const moved = secretOf(value, name)
    return moved === value ? pair : `${pair.slice(0, at)}=${moved}`
  })
  return `${before}${pairs.join('&')}${after}`
}

function plain(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function withoutUserinfo(text: string): { readonly url: string; readonly userinfo: HttpCall['basicAuth'] } {
  const [, scheme = '', userinfo = '', rest = ''] = /^(https?:\/\/)([^/?#@]*)@(.*)$/is.exec(text) ?? []
  if (scheme === '') return { url: text, userinfo: undefined }
  const at = userinfo.indexOf(':')
  const username = plainUserinfo(at < 0 ? userinfo : userinfo.slice(0, at))
  return {
    url: `${scheme}${rest}`,
    userinfo: { username, password: at < 0 ? '' : plainUserinfo(userinfo.slice(at + 1)) },
  }
}

/** A plus sign is itself there. */
const plainUserinfo = (text: string): string => plain(text.replaceAll('+', '%2B')) ?? text

type Headers = HttpCall['headers']

/** A header that comes more than once is one with a list (RFC 9110, section 5.3). */
function joined(headers: Headers): Headers {
  const byName = new Map<string, readonly [string, string]>()
  for (const [name, value] of headers) {
    const [known, before] = byName.get(name.toLowerCase()) ?? [name, undefined]
    byName.set(name.toLowerCase(), [known, before === undefined ? value : `${before}, ${value}`])
  }
  return [...byName.values()]
}

function sendableHeaders(headers: Headers): { readonly headers: Headers; readonly warnings: readonly string[] } {
  const problems = new Map(
    headers.flatMap(([name]) => findHeaderProblems({ [name]: '' }).map(({ detail }) => [name, detail] as const)),
  )
  return {
    headers: headers.filter(([name]) => !problems.has(name)),
    warnings: [...problems].map(([name, detail]) => `The header ${name} is left out: it ${detail}`),
  }
}
