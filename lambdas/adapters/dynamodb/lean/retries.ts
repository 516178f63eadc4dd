import { setTimeout as pause } from 'node:timers/promises'
import { isServerError, isThrottlingError, isTransientError, StandardRetryStrategy } from '@smithy/core/retry'
import type { RetryErrorType, SdkError } from '@smithy/types'

/** As the SDK has its client of DynamoDB try: how often in all, and the first wait in ms, of which chance takes a part. */
const MOST_ATTEMPTS = 4
const BASE_DELAY_MS = 25

/** All that tells one from another error is optional. */
const isSdkError = (thrown: unknown): thrown is SdkError => thrown instanceof Error

/** As the SDK sorts errors before it decides whether to try again. */
function typeOf(error: SdkError): RetryErrorType {
  if (isThrottlingError(error)) return 'THROTTLING'
  if (isTransientError(error)) return 'TRANSIENT'
  return isServerError(error) ? 'SERVER_ERROR' : 'CLIENT_ERROR'
}

/** Tries something again for as long as that makes sense. @param attempt is told its number, from 1. */
export type Retried = <Answer>(attempt: (number: number, most: number) => Promise<Answer>) => Promise<Answer>

/**
 * Retries in the SDK's standard mode: throttling and transient errors, after waits that grow, out of a stock of tries which
 * successes fill up again (AWS SDKs and Tools Reference Guide, "Retry behavior"). One of them serves a client for its life.
 */
export function retries(most = MOST_ATTEMPTS): Retried {
  const strategy = new StandardRetryStrategy({ maxAttempts: most, baseDelay: BASE_DELAY_MS })
  return async (attempt) => {
    let token = await strategy.acquireInitialRetryToken('')
    for (;;) {
      try {
        const answer = await attempt(token.getRetryCount() + 1, most)
        strategy.recordSuccess(token)
        return answer
      } catch (thrown) {
        if (!isSdkError(thrown)) throw thrown
        token = await strategy
          .refreshRetryTokenForRetry(token, { error: thrown, errorType: typeOf(thrown) })
          .catch(() => Promise.reject(thrown))
        await pause(token.getRetryDelay())
      }
    }
  }
}
