import {
  type AuthenticationResultType,
  InitiateAuthCommand,
  type InitiateAuthCommandInput,
  InvalidParameterException,
  NotAuthorizedException,
  PasswordResetRequiredException,
  UserNotConfirmedException,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider'
import { Refusal } from '../../domain/refusal.ts'
import type { Session } from '../../ports/identity-provider.ts'
import type { CognitoPool } from './cognito-pool.ts'
import { translateCognitoError } from './translate-cognito-error.ts'

function toSession(result: AuthenticationResultType, sentRefreshToken?: string): Session {
  const { AccessToken, IdToken, RefreshToken = sentRefreshToken, ExpiresIn } = result
  if (!AccessToken || !IdToken || !RefreshToken || ExpiresIn === undefined) {
    throw new Error('Cognito authenticated a user without giving all tokens.')
  }
  return { accessToken: AccessToken, idToken: IdToken, refreshToken: RefreshToken, expiresIn: ExpiresIn }
}

async function initiateAuth(
  pool: CognitoPool,
  flow: Pick<InitiateAuthCommandInput, 'AuthFlow' | 'AuthParameters'>,
): Promise<AuthenticationResultType> {
  const answer = await pool.client.send(new InitiateAuthCommand({ ClientId: pool.clientId, ...flow }))
  if (answer.AuthenticationResult) return answer.AuthenticationResult
  throw new Refusal(
    'forbidden',
    `This account must first take a step that this API does not offer: ${answer.ChallengeName}.`,
  )
}

/** See IdentityProvider.logIn. */
export async function logIn(pool: CognitoPool, email: string, password: string): Promise<Session> {
  try {
    const AuthParameters = { USERNAME: email, PASSWORD: password }
    return toSession(await initiateAuth(pool, { AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }))
  } catch (error) {
    const translated = translateCognitoError(error)
    if (translated instanceof Refusal) throw translated
    if (error instanceof NotAuthorizedException || error instanceof UserNotFoundException) {
      throw new Refusal('invalid-credentials', 'There is no account with this address and this password.', {
        cause: error,
      })
    }
    if (error instanceof UserNotConfirmedException) {
      throw new Refusal('account-not-confirmed', 'Confirm the account first with the code that was mailed to it.', {
        cause: error,
      })
    }
    if (error instanceof PasswordResetRequiredException) {
      throw new Refusal('forbidden', 'The password of this account must be reset first.', { cause: error })
    }
    throw error
  }
}

/** See IdentityProvider.refresh. Cognito sends a new refresh token only where the pool rotates them. */
export async function refresh(pool: CognitoPool, refreshToken: string): Promise<Session> {
  try {
    const AuthParameters = { REFRESH_TOKEN: refreshToken }
    const result = await initiateAuth(pool, { AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters })
    return toSession(result, refreshToken)
  } catch (error) {
    const refused = [NotAuthorizedException, UserNotFoundException, InvalidParameterException]
    if (refused.some((kind) => error instanceof kind)) {
      throw new Refusal('unauthenticated', 'The refresh token is wrong, expired or revoked; log in again.', {
        cause: error,
      })
    }
    throw translateCognitoError(error)
  }
}
