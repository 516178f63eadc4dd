import {
  CodeMismatchException,
  ConfirmSignUpCommand,
  ExpiredCodeException,
  InvalidParameterException,
  InvalidPasswordException,
  NotAuthorizedException,
  ResendConfirmationCodeCommand,
  SignUpCommand,
  UserNotFoundException,
  UsernameExistsException,
} from '@aws-sdk/client-cognito-identity-provider'
import { refuseCode } from '../../domain/account/refuse-code.ts'
import type { IdentityProvider } from '../../ports/identity-provider.ts'
import type { CognitoPool } from './cognito-pool.ts'
import { translateCognitoError } from './translate-cognito-error.ts'
import { weakPassword } from './weak-password.ts'

/** See IdentityProvider.signUp. */
export async function signUp(
  pool: CognitoPool,
  user: Parameters<IdentityProvider['signUp']>[0],
): ReturnType<IdentityProvider['signUp']> {
  const name = user.name === undefined ? [] : [{ Name: 'name', Value: user.name }]
  try {
    const { UserSub } = await pool.client.send(
      new SignUpCommand({
        ClientId: pool.clientId,
        Username: user.email,
        Password: user.password,
        UserAttributes: [{ Name: 'email', Value: user.email }, ...name],
      }),
    )
    if (!UserSub) throw new Error('Cognito signed a user up without a sub.')
    return { kind: 'created', userId: UserSub }
  } catch (error) {
    if (error instanceof UsernameExistsException) return { kind: 'exists' }
    if (error instanceof InvalidPasswordException) throw weakPassword('/password', error)
    throw translateCognitoError(error)
  }
}

/** See IdentityProvider.resendCode. */
export async function resendCode(pool: CognitoPool, email: string): Promise<void> {
  try {
    await pool.client.send(new ResendConfirmationCodeCommand({ ClientId: pool.clientId, Username: email }))
  } catch (error) {
    // InvalidParameterException: the user is confirmed already, or Cognito hides that there is none.
    if (error instanceof InvalidParameterException || error instanceof UserNotFoundException) return
    throw translateCognitoError(error)
  }
}

/** Cognito hides that there is no such user behind an expired code or a wrong parameter, so that all are one. */
const DOES_NOT_CONFIRM = [
  CodeMismatchException,
  ExpiredCodeException,
  InvalidParameterException,
  UserNotFoundException,
] as const

/** See IdentityProvider.confirm. */
export async function confirm(pool: CognitoPool, email: string, code: string): ReturnType<IdentityProvider['confirm']> {
  try {
    await pool.client.send(
      new ConfirmSignUpCommand({ ClientId: pool.clientId, Username: email, ConfirmationCode: code }),
    )
    return 'confirmed'
  } catch (error) {
    if (error instanceof NotAuthorizedException) return 'confirmed-before'
    if (DOES_NOT_CONFIRM.some((kind) => error instanceof kind)) throw refuseCode('confirm', error)
    throw translateCognitoError(error)
  }
}
