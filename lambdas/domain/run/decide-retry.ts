import type { JobDefinition } from '../job/job.ts'
import type { ReasonCode } from '../target/reason.ts'

/** How one try ended, as far as it matters for the next. */
export type TryOutcome = {
  readonly isSuccess: boolean
  readonly code: ReasonCode | null
  readonly httpStatus: number | null
  /** What the target's `Retry-After` asks for, in ms from now. */
  readonly retryAfterMs: number | null
}

export type RetryPolicy = Pick<JobDefinition, 'maxRetries' | 'retryDelaySeconds' | 'retryMaxDelaySeconds'>

/** Failures of the network: the same request may succeed a moment later. */
const RETRYABLE_CODES: ReadonlySet<ReasonCode> = new Set([
  'DNS',
  'CONNECT',
  'TLS',
  'TIMEOUT',
  'RESET',
  'PROTOCOL',
  'HOST_BUSY',
])
const RETRYABLE_STATUSES: ReadonlySet<number> = new Set([408, 425, 429])

/** Whether trying again can help at all: not with a request that the target refuses or an answer that is wrong. */
export function isRetryable({ isSuccess, code, httpStatus }: TryOutcome): boolean {
  if (isSuccess || code === null) return false
  if (code !== 'HTTP_STATUS') return RETRYABLE_CODES.has(code)
  return httpStatus !== null && (RETRYABLE_STATUSES.has(httpStatus) || httpStatus >= 500)
}

/**
 * When to try again: exponential from `retryDelaySeconds`, the second half of each delay at random so that many jobs that
 * failed together do not come back together; later where the target asks for it, but never later than `retryMaxDelaySeconds`.
 * @param retriesDone retries before this decision. @param random from 0 to 1.
 * @returns ms from now, or undefined: that was the last try.
 */
export function retryDelayMs(
  policy: RetryPolicy,
  outcome: TryOutcome,
  retriesDone: number,
  random: number,
): number | undefined {
  if (!isRetryable(outcome) || retriesDone >= policy.maxRetries) return undefined
  const longestMs = policy.retryMaxDelaySeconds * 1000
  const exponentialMs = Math.min(longestMs, policy.retryDelaySeconds * 1000 * 2 ** retriesDone)
  const jitteredMs = exponentialMs / 2 + (exponentialMs / 2) * random
  return Math.round(Math.min(longestMs, Math.max(jitteredMs, outcome.retryAfterMs ?? 0)))
}
