/** Why an attempt did not succeed. Part of the API: clients switch on it. */
export const reasonCodes = [
  'HTTP_STATUS',
  'ASSERTION',
  'DNS',
  'CONNECT',
  'TLS',
  'TIMEOUT',
  'RESET',
  'PROTOCOL',
  'REDIRECT',
  'TOO_LARGE',
  'BLOCKED_TARGET',
  'HOST_BUSY',
  'SECRET_NOT_FOUND',
  'INVALID_REQUEST',
  'ABORTED',
] as const

export type ReasonCode = (typeof reasonCodes)[number]

/** The codes with which sending can fail: no complete answer came. */
export type SendFailureCode = Exclude<
  ReasonCode,
  'HTTP_STATUS' | 'ASSERTION' | 'SECRET_NOT_FOUND' | 'TOO_LARGE' | 'HOST_BUSY'
>

/** Why an attempt failed, for the person whose job it is. Not redacted yet. */
export interface Reason {
  readonly code: ReasonCode
  readonly message: string
  /** One sentence on what to do about it. */
  readonly hint: string
}

/** What is known of the secrets that a target refers to. */
export interface SecretFacts {
  readonly secretNames?: readonly string[]
  /** When each of them was last changed, ISO 8601, by name, where it is known. */
  readonly secretsChangedAt?: ReadonlyMap<string, string>
}

/** What a hint can draw on. */
export interface HintFacts extends SecretFacts {
  readonly code: ReasonCode
  readonly httpStatus?: number
}

/** What went wrong, as far as it is known where it did. */
export type Failure = HintFacts & { readonly message: string }

/** Statuses by which a target refuses a credential: when it was last changed is then worth knowing. */
export const isCredentialRefused = (httpStatus: number): boolean => [401, 403, 407].includes(httpStatus)
