import {
  AdminUserGlobalSignOutCommand,
  ChangePasswordCommand,
  CodeMismatchException,
  ConfirmForgotPasswordCommand,
  ExpiredCodeException,
  ForgotPasswordCommand,
  InvalidParameterException,
  InvalidPasswordException,
  NotAuthorizedException,
  UserNotConfirmedException,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider'
import { refuseCode } from '../../domain/account/refuse-code.ts'
import { Refusal, refuseFaults } from '../../domain/refusal.ts'
import type { CognitoPool } from './cognito-pool.ts'
import { translateOwnAccountError } from './cognito-users.ts'
import { translateCognitoError } from './translate-cognito-error.ts'
import { weakPassword } from './weak-password.ts'

/** There is no such user, they are disabled, or their address is not verified: nobody who could get a code. */
const GETS_NO_CODE = [InvalidParameterException, NotAuthorizedException, UserNotFoundException] as const

/** See IdentityProvider.forgotPassword. */
export async function forgotPassword(pool: CognitoPool, email: string): Promise<void> {
  try {
    await pool.client.send(new ForgotPasswordCommand({ ClientId: pool.clientId, Username: email }))
  } catch (error) {
    const translated = translateCognitoError(error)
    if (!(translated instanceof Refusal) && GETS_NO_CODE.some((kind) => error instanceof kind)) return
    throw translated
  }
}

/** Cognito hides that there is no such user behind a wrong code; everything else about a user is hidden here. */
const DOES_NOT_RESET = [
  CodeMismatchException,
  ExpiredCodeException,
  InvalidParameterException,
  NotAuthorizedException,
  UserNotConfirmedException,
  UserNotFoundException,
] as const

/** See IdentityProvider.resetPassword. */
export async function resetPassword(
  pool: CognitoPool,
  email: string,
  code: string,
  newPassword: string,
): Promise<void> {
  const of = { ClientId: pool.clientId, Username: email }
  try {
    await pool.client.send(new ConfirmForgotPasswordCommand({ ...of, ConfirmationCode: code, Password: newPassword }))
  } catch (error) {
    if (error instanceof InvalidPasswordException) throw weakPassword('/newPassword', error)
    const translated = translateCognitoError(error)
    if (translated instanceof Refusal) throw translated
    if (DOES_NOT_RESET.some((kind) => error instanceof kind)) throw refuseCode('reset', error)
    throw error
  }
  await signOutEverywhere(pool, email)
}

/** Who knew the old password may hold a refresh token, which would outlive it by weeks. */
async function signOutEverywhere(pool: CognitoPool, email: string): Promise<void> {
  try {
    await pool.client.send(new AdminUserGlobalSignOutCommand({ UserPoolId: pool.userPoolId, Username: email }))
  } catch (error) {
    throw translateCognitoError(error)
  }
}

/** NotAuthorizedException has no finer kinds; this text tells the wrong password from the revoked token. */
const isWrongPassword = (error: unknown): boolean =>
  error instanceof NotAuthorizedException && error.message.startsWith('Incorrect username or password')

/** See IdentityProvider.changePassword. */
export async function changePassword(
  { client }: CognitoPool,
  accessToken: string,
  currentPassword: string,
  newPassword: string,
): Promise<void> {
  try {
    await client.send(
      new ChangePasswordCommand({
        AccessToken: accessToken,
        PreviousPassword: currentPassword,
        ProposedPassword: newPassword,
      }),
    )
  } catch (error) {
    if (error instanceof InvalidPasswordException) throw weakPassword('/newPassword', error)
    if (isWrongPassword(error)) {
      throw refuseFaults([{ pointer: '/currentPassword', detail: 'is not the password of this account' }])
    }
    throw translateOwnAccountError(error)
  }
}
