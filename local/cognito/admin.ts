import { z } from 'zod'
import { operation } from '../json-rpc.ts'
import { WireError } from '../wire-service.ts'
import { changedAttributes } from './attributes.ts'
import type { CognitoParts } from './parts.ts'
import { Username } from './sign-up.ts'
import type { UserPoolDefinition } from './user-pools.ts'
import { AttributeList, attributeList, listedUser, type UserRecord } from './user-record.ts'

const UserPoolId = z.string().min(1).max(55)

const UserInput = z.object({ UserPoolId, Username })
const AttributesInput = z.object({ UserPoolId, Username, UserAttributes: AttributeList })
const GroupInput = z.object({ UserPoolId, Username, GroupName: z.string().min(1).max(128) })

/** What an administrator does to one user. */
export function adminOperations(parts: CognitoParts) {
  const { pools, users, codes, sessions } = parts
  const onUser = (run: (pool: UserPoolDefinition, user: UserRecord) => unknown) =>
    operation(UserInput, (input) => {
      const pool = pools.get(input.UserPoolId)
      return run(pool, users.get(pool, input.Username))
    })
  const onGroup = (run: (groups: readonly string[], group: string) => string[]) =>
    operation(GroupInput, (input) => {
      const pool = pools.get(input.UserPoolId)
      checkGroup(pool, input.GroupName)
      users.update(pool, users.get(pool, input.Username).username, ({ groups }) => ({
        groups: run(groups, input.GroupName),
      }))
    })
  return {
    AdminGetUser: onUser((_, user) => {
      const { Attributes: _attributes, ...listed } = listedUser(user)
      return { ...listed, UserAttributes: attributeList(user) }
    }),
    AdminConfirmSignUp: onUser((pool, user) => {
      if (user.status === 'CONFIRMED')
        throw new WireError('NotAuthorizedException', 'User cannot be confirmed. Current status is CONFIRMED')
      users.update(pool, user.username, () => ({ status: 'CONFIRMED' }))
    }),
    AdminEnableUser: onUser((pool, user) => {
      users.update(pool, user.username, () => ({ enabled: true }))
    }),
    AdminDisableUser: onUser((pool, user) => {
      users.update(pool, user.username, () => ({ enabled: false }))
      sessions.revokeAll(pool, user)
    }),
    AdminUserGlobalSignOut: onUser((pool, user) => sessions.revokeAll(pool, user)),
    AdminDeleteUser: onUser((pool, user) => {
      users.remove(pool, user)
      sessions.removeAll(pool, user)
      codes.removeAll(pool, user)
    }),
    AdminUpdateUserAttributes: operation(AttributesInput, (input) => {
      const pool = pools.get(input.UserPoolId)
      const user = users.get(pool, input.Username)
      users.update(pool, user.username, changedAttributes(parts, pool, user, input.UserAttributes))
    }),
    AdminAddUserToGroup: onGroup((groups, group) => [...new Set([...groups, group])].sort()),
    AdminRemoveUserFromGroup: onGroup((groups, group) => groups.filter((other) => other !== group)),
  }
}

/** Throws ResourceNotFoundException for a group that the template does not have. */
export function checkGroup(pool: UserPoolDefinition, group: string): void {
  if (!pool.groups.includes(group)) throw new WireError('ResourceNotFoundException', 'Group not found.')
}
