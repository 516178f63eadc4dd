import {
  AdminAddUserToGroupCommand,
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  GlobalSignOutCommand,
  NotAuthorizedException,
  UpdateUserAttributesCommand,
  UserNotFoundException,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider'
import { Refusal } from '../../domain/refusal.ts'
import type { Profile } from '../../ports/identity-provider.ts'
import { ADMIN_GROUP, type CognitoPool } from './cognito-pool.ts'
import { translateCognitoError } from './translate-cognito-error.ts'

/** The access token was verified before: it is revoked, or its user is gone or disabled. */
const isRevoked = (error: unknown): boolean =>
  error instanceof NotAuthorizedException || error instanceof UserNotFoundException

/** What a call that Cognito authorizes by an access token is refused with. */
export function translateOwnAccountError(error: unknown): unknown {
  const translated = translateCognitoError(error)
  if (translated instanceof Refusal || !isRevoked(error)) return translated
  return new Refusal('unauthenticated', 'This session was ended; log in again.', { cause: error })
}

/** See IdentityProvider.logOut. */
export async function logOut({ client }: CognitoPool, accessToken: string): Promise<void> {
  try {
    await client.send(new GlobalSignOutCommand({ AccessToken: accessToken }))
  } catch (error) {
    // Either way nobody is logged in.
    if (isRevoked(error)) return
    throw translateCognitoError(error)
  }
}

/** See IdentityProvider.rename. */
export async function rename({ client }: CognitoPool, accessToken: string, name: string | null): Promise<void> {
  try {
    // An empty value takes the attribute away (Amazon Cognito API Reference, "UpdateUserAttributes").
    const UserAttributes = [{ Name: 'name', Value: name ?? '' }]
    await client.send(new UpdateUserAttributesCommand({ AccessToken: accessToken, UserAttributes }))
  } catch (error) {
    throw translateOwnAccountError(error)
  }
}

async function read(pool: CognitoPool, username: string): Promise<AdminGetUserCommandOutput | undefined> {
  try {
    return await pool.client.send(new AdminGetUserCommand({ UserPoolId: pool.userPoolId, Username: username }))
  } catch (error) {
    if (error instanceof UserNotFoundException) return undefined
    throw translateCognitoError(error)
  }
}

/** See IdentityProvider.readProfile. */
export async function readProfile(pool: CognitoPool, username: string): Promise<Profile | undefined> {
  const user = await read(pool, username)
  return user && profileOf({ ...user, Attributes: user.UserAttributes })
}

/** Who a user is, as Cognito describes them. */
export function profileOf({
  Username,
  Attributes,
  UserCreateDate,
}: Pick<UserType, 'Username' | 'Attributes' | 'UserCreateDate'>): Profile {
  const attributes = new Map(Attributes?.map(({ Name, Value }) => [Name, Value]))
  const userId = attributes.get('sub')
  const email = attributes.get('email')
  if (!userId || !email || !UserCreateDate) {
    throw new Error(`Cognito described the user ${Username} without sub, email or creation date.`)
  }
  return { userId, email, name: attributes.get('name') || null, createdAt: UserCreateDate.toISOString() }
}

/** See IdentityProvider.isActive. */
export const isActive = async (pool: CognitoPool, username: string): Promise<boolean> =>
  (await read(pool, username))?.Enabled === true

/** See IdentityProvider.makeAdmin. */
export async function makeAdmin(pool: CognitoPool, email: string): Promise<void> {
  try {
    await pool.client.send(
      new AdminAddUserToGroupCommand({ UserPoolId: pool.userPoolId, Username: email, GroupName: ADMIN_GROUP }),
    )
  } catch (error) {
    throw translateCognitoError(error)
  }
}
