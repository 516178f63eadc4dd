/** Where in the request something is wrong: a JSON pointer (RFC 6901) into the body, or `/query/<name>`, `/path/<name>`, `/header/<name>`. */
export type Fault = { readonly pointer: string; readonly detail: string }

/** Why a request is refused. `http/problems.ts` says which status and title each code is answered with. */
export type RefusalCode =
  | 'validation'
  | 'malformed-json'
  | 'invalid-cursor'
  | 'unauthenticated'
  | 'forbidden'
  | 'plan-limit'
  | 'not-found'
  | 'conflict'
  | 'secret-in-use'
  | 'stale-version'
  | 'payload-too-large'
  | 'unsupported-media-type'
  | 'too-many-requests'
  | 'unavailable'
  | 'invalid-credentials'
  | 'account-not-confirmed'
  | 'invalid-code'
  | 'idempotency-key-reused'
  | 'request-in-flight'
  | 'answer-shown-once'

/** What a problem says besides its text, e.g. which limit it was. */
export type RefusalFacts = Readonly<Record<string, string | number>>

/** A request that is refused for a reason its sender can act on. Everything else that is thrown is a bug. */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly faults: readonly Fault[]
  readonly retryAfterSeconds: number | undefined
  /** Become members of the problem (RFC 9457, section 3.2). */
  readonly facts: RefusalFacts

  constructor(
    code: RefusalCode,
    detail: string,
    options: {
      readonly faults?: readonly Fault[]
      readonly retryAfterSeconds?: number
      readonly facts?: RefusalFacts
      readonly cause?: unknown
    } = {},
  ) {
    super(detail, { cause: options.cause })
    this.name = 'Refusal'
    this.code = code
    this.faults = options.faults ?? []
    this.retryAfterSeconds = options.retryAfterSeconds
    this.facts = options.facts ?? {}
  }
}

/** Refuses a request whose fields are wrong, naming each. */
export function refuseFaults(faults: readonly Fault[]): Refusal {
  const [first] = faults
  const detail =
    faults.length === 1 && first
      ? `${first.pointer || 'The body'}: ${first.detail}`
      : `${faults.length} fields are not valid; see errors.`
  return new Refusal('validation', detail, { faults })
}

/** Answers exactly the same for what does not exist and for what belongs to another tenant. */
export function notFound(what: string): Refusal {
  return new Refusal('not-found', `There is no such ${what}.`)
}
