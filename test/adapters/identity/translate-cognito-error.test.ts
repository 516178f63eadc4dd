import {
  CodeDeliveryFailureException,
  InternalErrorException,
  LimitExceededException,
  NotAuthorizedException,
  TooManyFailedAttemptsException,
  TooManyRequestsException,
} from '@aws-sdk/client-cognito-identity-provider'
import { expect, it } from 'vitest'
import { translateCognitoError } from '../../../lambdas/adapters/identity/translate-cognito-error.ts'

const details = { message: 'internal text', $metadata: {} }

it.each([
  [new TooManyRequestsException(details), 'too-many-requests', 5],
  [new LimitExceededException(details), 'too-many-requests', 900],
  [new TooManyFailedAttemptsException(details), 'too-many-requests', 900],
  [new NotAuthorizedException({ ...details, message: 'Password attempts exceeded' }), 'too-many-requests', 60],
  [new CodeDeliveryFailureException(details), 'unavailable', 5],
])('translateCognitoError turns %s into the refusal %s', (error, code, retryAfterSeconds) => {
  const refusal = translateCognitoError(error)
  expect(refusal).toMatchObject({ name: 'Refusal', code, retryAfterSeconds, cause: error })
  expect(refusal).not.toMatchObject({ message: expect.stringContaining('internal text') })
})

it.each([new NotAuthorizedException(details), new InternalErrorException(details), new Error('any')])(
  'translateCognitoError leaves %s as it is',
  (error) => {
    expect(translateCognitoError(error)).toBe(error)
  },
)
