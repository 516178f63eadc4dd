import {
  CodeDeliveryFailureException,
  LimitExceededException,
  NotAuthorizedException,
  TooManyFailedAttemptsException,
  TooManyRequestsException,
} from '@aws-sdk/client-cognito-identity-provider'
import { Refusal } from '../../domain/refusal.ts'

/** The throttling of Cognito's API as a whole passes within seconds. */
const RETRY_THROTTLED_SECONDS = 5
/** Limits on codes and attempts of one user are counted per hour; Cognito tells no time. */
const RETRY_LIMITED_SECONDS = 900
/** The lock-out after wrong passwords begins with a second and doubles up to 15 minutes ("Lockout behavior"). */
const RETRY_LOCKED_SECONDS = 60

/** Cognito's lock-out has no class of its own, only this text. */
const isLockout = (error: unknown): boolean =>
  error instanceof NotAuthorizedException && error.message.startsWith('Password attempts exceeded')

const tooMany = (retryAfterSeconds: number, cause: unknown): Refusal =>
  new Refusal('too-many-requests', 'There were too many attempts; wait before you try again.', {
    retryAfterSeconds,
    cause,
  })

/** What any call to Cognito may be refused with; an error that is none of these is returned as it is. */
export function translateCognitoError(error: unknown): unknown {
  if (isLockout(error)) return tooMany(RETRY_LOCKED_SECONDS, error)
  if (error instanceof TooManyRequestsException) return tooMany(RETRY_THROTTLED_SECONDS, error)
  if (error instanceof LimitExceededException) return tooMany(RETRY_LIMITED_SECONDS, error)
  if (error instanceof TooManyFailedAttemptsException) return tooMany(RETRY_LIMITED_SECONDS, error)
  if (error instanceof CodeDeliveryFailureException) {
    return new Refusal('unavailable', 'The mail with the code could not be sent; ask for a new code later.', {
      retryAfterSeconds: RETRY_THROTTLED_SECONDS,
      cause: error,
    })
  }
  return error
}
