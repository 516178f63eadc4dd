import type { Fault } from '../refusal.ts'
import { findHeaderProblems, headerValueProblem } from './header-rules.ts'
import { headerPointer, malformedReferencesIn, referencesIn, templatedTexts } from './secret-template.ts'
import type { Target } from './target.ts'
import { checkTargetUrl, type TargetUrlPolicy } from './target-url.ts'

/** Everything wrong with a target whose fields are valid one by one; empty when it may be stored. */
export function checkTarget(target: Target, policy: TargetUrlPolicy = {}): readonly Fault[] {
  return [...urlFaults(target, policy), ...headerFaults(target), ...authFaults(target), ...findTemplateProblems(target)]
}

/** References to secrets that are written wrongly or stand where they are not expanded. */
export function findTemplateProblems(target: Target): readonly Fault[] {
  const malformed = templatedTexts(target).flatMap(({ pointer, text }) =>
    malformedReferencesIn(text).map((found) => ({
      pointer,
      detail: `"${found}" is not a reference to a secret; write {{secrets.NAME}} without spaces (A-Z a-z 0-9 _, up to 64).`,
    })),
  )
  const { bodyIncludes, bodyExcludes } = target.success
  const unexpanded = [
    ...Object.keys(target.headers).map((name) => ({ pointer: headerPointer(name), text: name })),
    { pointer: '/success/bodyIncludes', text: bodyIncludes ?? '' },
    { pointer: '/success/bodyExcludes', text: bodyExcludes ?? '' },
  ].filter(({ text }) => referencesIn(text).length > 0)
  return [
    ...malformed,
    ...unexpanded.map(({ pointer }) => ({
      pointer,
      detail: 'Secrets are expanded in header values, the path, query values, the body and auth only.',
    })),
  ]
}

/** What is allowed but deserves a second thought; for the person who saves the job. */
export function targetWarnings(target: Target): readonly Fault[] {
  const warnings: Fault[] = []
  const inUrl = [...new Set(referencesIn(target.targetUrl))]
  const anySecret = templatedTexts(target).some(({ text }) => referencesIn(text).length > 0)
  if (inUrl.length > 0)
    warnings.push({
      pointer: '/targetUrl',
      detail: `Secrets in URLs (${inUrl.join(', ')}) end up in logs elsewhere: the target's and those of proxies on the way. A header is safer.`,
    })
  if ((anySecret || target.auth.type !== 'none') && /^http:/i.test(target.targetUrl))
    warnings.push({
      pointer: '/targetUrl',
      detail: 'Over http:// anyone on the way can read the credentials of this request; use https://.',
    })
  if (target.body !== null && (target.httpMethod === 'GET' || target.httpMethod === 'HEAD'))
    warnings.push({ pointer: '/body', detail: `Many servers ignore or refuse a body with ${target.httpMethod}.` })
  return warnings
}

function urlFaults(target: Target, policy: TargetUrlPolicy): readonly Fault[] {
  const checked = checkTargetUrl(target.targetUrl, policy)
  return checked.ok ? [] : [{ pointer: '/targetUrl', detail: `The URL ${checked.problem}` }]
}

function headerFaults({ headers, auth }: Target): readonly Fault[] {
  const faults = findHeaderProblems(headers).map(({ name, detail }) =>
    name === undefined
      ? { pointer: '/headers', detail: `The headers ${detail}` }
      : { pointer: headerPointer(name), detail: `The header ${JSON.stringify(name)} ${detail}` },
  )
  const authorization = Object.keys(headers).find((name) => name.toLowerCase() === 'authorization')
  if (authorization && auth.type !== 'none')
    faults.push({
      pointer: headerPointer(authorization),
      detail: 'auth sets this header already; give one of the two.',
    })
  return faults
}

function authFaults({ auth }: Target): readonly Fault[] {
  if (auth.type === 'none') return []
  const values = auth.type === 'basic' ? { username: auth.username, password: auth.password } : { token: auth.token }
  const faults = Object.entries(values).flatMap(([name, value]) => {
    const problem = headerValueProblem(value)
    return problem ? [{ pointer: `/auth/${name}`, detail: `The ${name} ${problem}` }] : []
  })
  if (auth.type === 'basic' && auth.username.includes(':'))
    faults.push({ pointer: '/auth/username', detail: 'A user name of basic auth has no ":" (RFC 7617, section 2).' })
  return faults
}
