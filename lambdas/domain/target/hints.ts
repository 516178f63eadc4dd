import type { Failure, HintFacts, Reason } from './reason.ts'

/** The reason that a failure is, with its hint. */
export const reasonOf = (failure: Failure): Reason => ({
  code: failure.code,
  message: failure.message,
  hint: hintFor(failure),
})

/** One helpful sentence for each reason and each common HTTP status. */
export function hintFor({ code, httpStatus, secretNames = [], secretsChangedAt }: HintFacts): string {
  const secrets = nameSecrets(secretNames, secretsChangedAt)
  switch (code) {
    case 'HTTP_STATUS':
      return statusHint(httpStatus ?? 0, secrets)
    case 'ASSERTION':
      return "The target answered, but its body does not pass the job's success rule; see the saved response."
    case 'DNS':
      return 'Check the spelling of the host name and that it has a public DNS record.'
    case 'CONNECT':
      return 'Check that the target is running and that its firewall lets in calls from the internet on this port.'
    case 'TLS':
      return 'Check that the target speaks TLS on this port, with a certificate that is valid today, for this host name, with its whole chain.'
    case 'TIMEOUT':
      return "Make the target answer sooner (accept the work, do it later), or raise the job's timeout."
    case 'RESET':
      return 'The target or a proxy before it closed the connection; its own log has the cause.'
    case 'PROTOCOL':
      return 'Check that the URL has the right port and scheme: what answered does not speak proper HTTP.'
    case 'REDIRECT':
      return 'Set targetUrl to the address where the redirects end.'
    case 'TOO_LARGE':
      return 'Make the body or the secrets in it smaller.'
    case 'BLOCKED_TARGET':
      return 'A target, and what it redirects to, must be an http(s) URL at a public address; whoever runs Punctual can allow ranges with TARGET_ALLOW_CIDRS.'
    case 'HOST_BUSY':
      return 'Let the jobs that call this host run at different minutes; whoever runs Punctual can raise hostParallelism.'
    case 'SECRET_NOT_FOUND':
      return secrets ? `Create ${secrets}, or correct the name in the job.` : 'Create the secret, or correct its name.'
    case 'INVALID_REQUEST':
      return secrets ? `Check the job's request and the value of ${secrets}.` : "Check the job's URL and headers."
    case 'ABORTED':
      return 'The call was stopped before its answer came; the target may have acted on it all the same.'
  }
}

function statusHint(status: number, secrets: string): string {
  const credential = secrets ? `check ${secrets}` : "check the job's auth and headers"
  const exact: Readonly<Record<number, string>> = {
    304: 'The target says that nothing has changed; take conditional headers (if-none-match, if-modified-since) out of the job.',
    400: "The target did not understand the request; check the job's body and content-type.",
    401: `The target refused the credential; ${credential}.`,
    403: `The target does not allow this to the caller; ${credential}, or the rights behind it.`,
    404: "The target has nothing at this address; check the job's path.",
    405: "The target does not take this method here; check the job's httpMethod.",
    406: "The target can't answer in the form asked for; check the job's accept header.",
    407: `A proxy before the target wants a credential; ${credential}.`,
    408: 'The target waited too long for the request; try again.',
    409: 'The target says that the request conflicts with its present state; an earlier run may have done the work.',
    410: 'The target says that this address is gone for good; change or delete the job.',
    411: 'The target wants a body with a length; set a body.',
    413: "The target finds the body too large; make the job's body smaller.",
    414: 'The target finds the URL too long; move data to the body.',
    415: "The target does not take this kind of body; check the job's content-type header.",
    422: "The target understood the request but not its content; check the job's body.",
    425: 'The target does not want early requests; try again.',
    429: 'The target is being called too often; run the job less often or ask for a higher limit.',
    500: 'The target failed while handling the request; its own log has the cause.',
    501: "The target does not support this method; check the job's httpMethod.",
    502: 'A proxy got no proper answer from the target; check that the target is running.',
    503: 'The target is overloaded or under maintenance.',
    504: 'A proxy waited too long for the target; make the target answer sooner.',
  }
  return exact[status] ?? statusClassHint(status)
}

function statusClassHint(status: number): string {
  if (status >= 500) return 'The target failed while handling the request; its own log has the cause.'
  if (status >= 400) return 'The target refused the request; the saved response may say why.'
  if (status >= 300)
    return 'The target answered with a redirect; set targetUrl to where it leads, or set redirects to FOLLOW.'
  return "If this status means success for the target, add it to the job's success.status."
}

function nameSecrets(names: readonly string[], changedAt: ReadonlyMap<string, string> = new Map()): string {
  const [first, ...others] = names.map((name) => ({ name, changed: changedAt.get(name) }))
  if (!first) return ''
  if (others.length === 0) {
    return `secret ${first.name}${first.changed === undefined ? '' : `, last changed ${minuteOf(first.changed)}`}`
  }
  const described = [first, ...others].map(({ name, changed }) =>
    changed === undefined ? name : `${name} (last changed ${minuteOf(changed)})`,
  )
  return `secrets ${described.join(', ')}`
}

/** `2026-11-21T12:00:00.000Z` → `2026-11-21 12:00 UTC` */
const minuteOf = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`
