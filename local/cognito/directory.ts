import { z } from 'zod'
import { operation } from '../json-rpc.ts'
import { pageOf } from '../page.ts'
import { WireError } from '../wire-service.ts'
import { checkGroup } from './admin.ts'
import type { CognitoParts } from './parts.ts'
import { Username } from './sign-up.ts'
import type { UserPoolDefinition } from './user-pools.ts'
import { listedUser, type UserRecord } from './user-record.ts'

const UserPoolId = z.string().min(1).max(55)
const Limit = z.int().min(0).max(60).default(60)
const Token = z.string().min(1).exactOptional()

const ListUsersInput = z.object({
  UserPoolId,
  Limit,
  PaginationToken: Token,
  Filter: z.string().max(256).default(''),
  AttributesToGet: z.array(z.string()).exactOptional(),
})
const ListUsersInGroupInput = z.object({ UserPoolId, GroupName: z.string().min(1).max(128), Limit, NextToken: Token })
const ListGroupsInput = z.object({ UserPoolId, Username, Limit, NextToken: Token })

/** Lists of users and groups, and the pool itself. */
export const directoryOperations = ({ pools, users }: CognitoParts) => ({
  ListUsers: operation(ListUsersInput, (input) => {
    const found = inOrder(users.list(pools.get(input.UserPoolId))).filter(userFilter(input.Filter))
    const { items, nextToken } = page(found, input.Limit, input.PaginationToken)
    return { Users: items.map(listedUser).map(withOnly(input.AttributesToGet)), PaginationToken: nextToken }
  }),
  ListUsersInGroup: operation(ListUsersInGroupInput, (input) => {
    const pool = pools.get(input.UserPoolId)
    checkGroup(pool, input.GroupName)
    const members = inOrder(users.list(pool)).filter(({ groups }) => groups.includes(input.GroupName))
    const { items, nextToken } = page(members, input.Limit, input.NextToken)
    return { Users: items.map(listedUser), NextToken: nextToken }
  }),
  AdminListGroupsForUser: operation(ListGroupsInput, (input) => {
    const pool = pools.get(input.UserPoolId)
    const { items, nextToken } = page(users.get(pool, input.Username).groups, input.Limit, input.NextToken)
    return { Groups: items.map((GroupName) => ({ GroupName, UserPoolId: pool.id })), NextToken: nextToken }
  }),
  DescribeUserPool: operation(z.object({ UserPoolId }), (input) => {
    const pool = pools.get(input.UserPoolId)
    return { UserPool: describedPool(pool, users.list(pool).length) }
  }),
})

const page = <Item>(all: readonly Item[], limit: number, token: string | undefined) =>
  pageOf(all, limit || 60, token, 'InvalidParameterException')

const inOrder = (users: readonly UserRecord[]) =>
  [...users].sort((a, b) => a.createdAtMs - b.createdAtMs || a.username.localeCompare(b.username))

const withOnly =
  (names: readonly string[] | undefined) =>
  (user: ReturnType<typeof listedUser>): ReturnType<typeof listedUser> =>
    names ? { ...user, Attributes: user.Attributes.filter(({ Name }) => names.includes(Name)) } : user

/** `attribute = "value"` or `attribute ^= "prefix"` (API Reference, ListUsers). */
function userFilter(filter: string): (user: UserRecord) => boolean {
  if (filter.trim() === '') return () => true
  const [, name, operator, quoted] = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(filter) ?? []
  if (name === undefined || quoted === undefined)
    throw new WireError('InvalidParameterException', 'Error while parsing filter.')
  const value = quoted.replace(/\\(.)/g, '$1')
  const matches = operator === '=' ? (text: string) => text === value : (text: string) => text.startsWith(value)
  return (user) => matches(filterable(user, name))
}

function filterable(user: UserRecord, name: string): string {
  switch (name) {
    case 'username':
    case 'sub':
      return user.username
    case 'status':
      return user.enabled ? 'Enabled' : 'Disabled'
    case 'cognito:user_status':
      return user.status
    default:
      return user.attributes[name] ?? ''
  }
}

const describedPool = (pool: UserPoolDefinition, users: number) => ({
  Id: pool.id,
  Name: pool.name ?? pool.id,
  Policies: {
    PasswordPolicy: {
      MinimumLength: pool.passwordPolicy.minimumLength,
      RequireLowercase: pool.passwordPolicy.requireLowercase,
      RequireUppercase: pool.passwordPolicy.requireUppercase,
      RequireNumbers: pool.passwordPolicy.requireNumbers,
      RequireSymbols: pool.passwordPolicy.requireSymbols,
    },
  },
  AutoVerifiedAttributes: pool.autoVerified,
  UsernameAttributes: ['email'],
  UsernameConfiguration: { CaseSensitive: pool.caseSensitive ?? false },
  EstimatedNumberOfUsers: users,
})
