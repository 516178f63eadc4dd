import {
  AdminAddUserToGroupCommand,
  AdminGetUserCommand,
  GlobalSignOutCommand,
  NotAuthorizedException,
  UserNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider'
import type { IdentityProvider, Profile } from '../../ports/identity-provider.ts'
import { ADMIN_GROUP, type CognitoPool } from './cognito-pool.ts'
import { confirm, resendCode, signUp } from './cognito-registration.ts'
import { logIn, refresh } from './cognito-sessions.ts'
import { translateCognitoError } from './translate-cognito-error.ts'

async function logOut(pool: CognitoPool, accessToken: string): Promise<void> {
  try {
    await pool.client.send(new GlobalSignOutCommand({ AccessToken: accessToken }))
  } catch (error) {
    // The token was verified before: it is revoked, or its user is gone. Either way nobody is logged in.
    if (error instanceof NotAuthorizedException || error instanceof UserNotFoundException) return
    throw translateCognitoError(error)
  }
}

async function readProfile(pool: CognitoPool, username: string): Promise<Profile | undefined> {
  try {
    const user = await pool.client.send(new AdminGetUserCommand({ UserPoolId: pool.userPoolId, Username: username }))
    const attributes = new Map(user.UserAttributes?.map(({ Name, Value }) => [Name, Value]))
    const userId = attributes.get('sub')
    const email = attributes.get('email')
    if (!userId || !email || !user.UserCreateDate) {
      throw new Error(`Cognito described the user ${username} without sub, email or creation date.`)
    }
    return { userId, email, name: attributes.get('name') ?? null, createdAt: user.UserCreateDate.toISOString() }
  } catch (error) {
    if (error instanceof UserNotFoundException) return undefined
    throw translateCognitoError(error)
  }
}

async function makeAdmin(pool: CognitoPool, email: string): Promise<void> {
  try {
    await pool.client.send(
      new AdminAddUserToGroupCommand({ UserPoolId: pool.userPoolId, Username: email, GroupName: ADMIN_GROUP }),
    )
  } catch (error) {
    throw translateCognitoError(error)
  }
}

/** Users of a Cognito user pool whose user names are e-mail addresses. */
export const cognitoIdentityProvider = (pool: CognitoPool): IdentityProvider => ({
  signUp: (user) => signUp(pool, user),
  resendCode: (email) => resendCode(pool, email),
  confirm: (email, code) => confirm(pool, email, code),
  makeAdmin: (email) => makeAdmin(pool, email),
  logIn: (email, password) => logIn(pool, email, password),
  refresh: (refreshToken) => refresh(pool, refreshToken),
  logOut: (accessToken) => logOut(pool, accessToken),
  readProfile: (username) => readProfile(pool, username),
})
