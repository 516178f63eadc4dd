import {
  AdminAddUserToGroupCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminUserGlobalSignOutCommand,
  DescribeUserPoolCommand,
  ListUsersCommand,
  paginateListUsersInGroup,
  UserNotFoundException,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider'
import type { ListedUser, UserDirectory } from '../../ports/user-directory.ts'
import { ADMIN_GROUP, type CognitoPool } from './cognito-pool.ts'
import { profileOf } from './cognito-users.ts'
import { translateCognitoError } from './translate-cognito-error.ts'

/** Most users that Cognito lists at once (API Reference, "ListUsers"). */
const MOST_LISTED = 60

function listed(user: UserType): ListedUser {
  const status = !user.Enabled ? 'DISABLED' : user.UserStatus === 'UNCONFIRMED' ? 'UNCONFIRMED' : 'ACTIVE'
  return { ...profileOf(user), status }
}

/** A text within the quotes of a filter (API Reference, "ListUsers": quotes are escaped by a backslash). */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`

async function found<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (error instanceof UserNotFoundException) return undefined
    throw translateCognitoError(error)
  }
}

async function page(
  { client, userPoolId: UserPoolId }: CognitoPool,
  { limit, after, email }: Parameters<UserDirectory['page']>[0],
): ReturnType<UserDirectory['page']> {
  try {
    const { Users = [], PaginationToken } = await client.send(
      new ListUsersCommand({
        UserPoolId,
        Limit: Math.min(limit, MOST_LISTED),
        ...(after === undefined ? {} : { PaginationToken: after }),
        ...(email === undefined ? {} : { Filter: `email = ${quoted(email)}` }),
      }),
    )
    return { users: Users.map(listed), next: PaginationToken }
  } catch (error) {
    throw translateCognitoError(error)
  }
}

async function admins({ client, userPoolId: UserPoolId }: CognitoPool): Promise<readonly ListedUser[]> {
  const members: UserType[] = []
  for await (const { Users = [] } of paginateListUsersInGroup({ client }, { UserPoolId, GroupName: ADMIN_GROUP })) {
    members.push(...Users)
  }
  return members.map(listed)
}

/** All users of a Cognito user pool, for admins. A user id is the `sub`, by which Cognito finds a user as by the name. */
export function cognitoDirectory(pool: CognitoPool): UserDirectory {
  const { client, userPoolId: UserPoolId } = pool
  const inGroup = (Username: string) => ({ UserPoolId, Username, GroupName: ADMIN_GROUP })
  const user = (Username: string) => ({ UserPoolId, Username })
  return {
    async find(userId) {
      const answer = await found(client.send(new AdminGetUserCommand(user(userId))))
      return answer && listed({ ...answer, Attributes: answer.UserAttributes })
    },
    page: (wanted) => page(pool, wanted),
    async count() {
      const { UserPool } = await client.send(new DescribeUserPoolCommand({ UserPoolId }))
      return UserPool?.EstimatedNumberOfUsers ?? 0
    },
    admins: () => admins(pool),
    async isAdmin(userId) {
      const answer = await found(client.send(new AdminListGroupsForUserCommand(user(userId))))
      return answer?.Groups?.some(({ GroupName }) => GroupName === ADMIN_GROUP) ?? false
    },
    async addAdmin(userId) {
      await found(client.send(new AdminAddUserToGroupCommand(inGroup(userId))))
    },
    async removeAdmin(userId) {
      await found(client.send(new AdminRemoveUserFromGroupCommand(inGroup(userId))))
    },
    async disable(userId) {
      await found(client.send(new AdminDisableUserCommand(user(userId))))
      await found(client.send(new AdminUserGlobalSignOutCommand(user(userId))))
    },
    async endSessions(userId) {
      await found(client.send(new AdminUserGlobalSignOutCommand(user(userId))))
    },
    async remove(userId) {
      await found(client.send(new AdminDeleteUserCommand(user(userId))))
    },
  }
}
