import { headerNameProblem, headersSizeProblem, headerValueProblem } from '../../domain/target/header-rules.ts'
import type { HttpMethod } from '../../domain/target/target.ts'
import { type TargetUrlPolicy, urlProblem } from '../../domain/target/target-url.ts'
import { SendFailure } from './send-failure.ts'

/** One request of an attempt: the job's own, or one that a redirect asks for. */
export interface Hop {
  readonly method: HttpMethod
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}

/** Redirects that are followed before the attempt ends. */
export const MOST_REDIRECTS = 5

/**
 * The request that an answer redirects to; undefined when it is no redirect. 301, 302 and 303 turn every method but
 * HEAD into GET without a body. Across origins all headers and the body stay behind, because any header could carry
 * a credential.
 * @throws SendFailure with REDIRECT when it leads nowhere, or from https to http.
 */
export function redirectedHop(hop: Hop, status: number, location: string | undefined): Hop | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined
  const url = URL.parse(location, hop.url.href)
  if (!url) throw new SendFailure('REDIRECT', `The target redirects (${status}) to something that is not a URL.`)
  if (hop.url.protocol === 'https:' && url.protocol === 'http:')
    throw new SendFailure('REDIRECT', `The target redirects (${status}) from https to http, which is not followed.`)
  const becomesGet = status <= 303 && hop.method !== 'HEAD' && hop.method !== 'GET'
  const isSameOrigin = url.origin === hop.url.origin
  return {
    method: becomesGet ? 'GET' : hop.method,
    url,
    headers: isSameOrigin ? headersOf(hop.headers, becomesGet) : {},
    body: isSameOrigin && !becomesGet ? hop.body : null,
  }
}

/** @throws SendFailure when this request must not be made. */
export function checkHop({ url, headers }: Hop, policy: TargetUrlPolicy): void {
  const problem = urlProblem(url, policy)
  if (problem) throw new SendFailure('BLOCKED_TARGET', `The URL ${problem}`)
  for (const [name, value] of Object.entries(headers)) {
    const detail = headerNameProblem(name) ?? headerValueProblem(value)
    if (detail) throw new SendFailure('INVALID_REQUEST', `The header ${JSON.stringify(name)} ${detail}`)
  }
  const size = headersSizeProblem(headers)
  if (size) throw new SendFailure('INVALID_REQUEST', `The headers ${size}`)
}

/** Without a body, what describes one must go too (Fetch Standard, "HTTP-redirect fetch"). */
function headersOf(headers: Readonly<Record<string, string>>, bodyGoes: boolean): Readonly<Record<string, string>> {
  if (!bodyGoes) return headers
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^content-/i.test(name)))
}
