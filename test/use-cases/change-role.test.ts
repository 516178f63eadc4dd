import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dynamoAuditTrail } from '../../lambdas/adapters/dynamodb/dynamo-audit-trail.ts'
import { dynamoTaskStore } from '../../lambdas/adapters/dynamodb/dynamo-task-store.ts'
import { dynamoRoleChangeStore } from '../../lambdas/adapters/dynamodb/role-change-store.ts'
import { DELETION_ID } from '../../lambdas/domain/task/task.ts'
import type { ListedUser } from '../../lambdas/ports/user-directory.ts'
import { type BeginDeletionDeps, beginDeletion } from '../../lambdas/use-cases/begin-deletion.ts'
import { type ChangeRoleDeps, changeRole } from '../../lambdas/use-cases/change-role.ts'
import { somebody } from '../support/author.ts'
import { type StartedTable, startTable } from '../support/dynamodb.ts'

const NOW = Date.parse('2027-01-31T08:00:00Z')
const HOUR_MS = 3_600_000

describe('roles', () => {
  let started: StartedTable
  let deps: ChangeRoleDeps & BeginDeletionDeps
  let now: number
  /** User ids in the group of admins; a removal may be held back, as the group follows after a moment. */
  let group: Set<string>
  let isGroupSlow: boolean
  let ended: string[]
  let disabled: Set<string>
  let users: string[]

  beforeAll(async () => {
    started = await startTable()
  })
  afterAll(() => started.stop())
  beforeEach(() => {
    const table = { client: started.client, name: `${started.tableName}` }
    now = (now ?? NOW) + 10 * HOUR_MS
    users = Array.from({ length: 3 }, () => randomUUID())
    group = new Set(users.slice(0, 2))
    isGroupSlow = false
    ended = []
    disabled = new Set()
    const listed = (userId: string): ListedUser => ({
      userId,
      email: `${userId}@example.com`,
      name: null,
      createdAt: new Date(NOW).toISOString(),
      status: disabled.has(userId) ? 'DISABLED' : 'ACTIVE',
    })
    deps = {
      author: somebody,
      clock: () => now,
      log: { info() {}, warn() {}, error() {} },
      roles: dynamoRoleChangeStore(table),
      sessions: { end: async () => {} },
      tasks: dynamoTaskStore(table),
      worker: { start: async () => {} },
      directory: {
        find: async (userId) => (users.includes(userId) ? listed(userId) : undefined),
        admins: async () => [...group].map(listed),
        addAdmin: async (userId) => void group.add(userId),
        removeAdmin: async (userId) => void (isGroupSlow || group.delete(userId)),
        endSessions: async (userId) => void ended.push(userId),
        disable: async (userId) => void disabled.add(userId),
      },
    }
  })

  const id = (index: number): string => users[index] ?? ''
  const demote = (index: number) => changeRole(deps, id(index), 'USER')
  const lastAdmin = { code: 'conflict', message: expect.stringContaining('last admin') }
  const entriesOf = async (index: number) => {
    const trail = dynamoAuditTrail({ client: started.client, name: started.tableName }, () => now)
    const { items } = await trail.ofTenant(id(index), {}, 10, undefined)
    return items.map(({ action, before, after }) => [action, before, after])
  }

  it('are changed, with an entry and the end of all sessions of who is demoted', async () => {
    await changeRole(deps, id(2), 'ADMIN')
    expect(group).toEqual(new Set(users))
    expect(ended).toEqual([])
    now += 1
    await demote(2)
    expect(group).toEqual(new Set(users.slice(0, 2)))
    expect(ended).toEqual([id(2)])
    expect(await entriesOf(2)).toEqual([
      ['user.role-changed', { role: 'ADMIN' }, { role: 'USER' }],
      ['user.role-changed', { role: 'USER' }, { role: 'ADMIN' }],
    ])
  })

  it('that are so already leave no entry', async () => {
    await changeRole(deps, id(0), 'ADMIN')
    await demote(2)
    expect([await entriesOf(0), await entriesOf(2)]).toEqual([[], []])
  })

  it('of nobody are not found', async () => {
    await expect(changeRole(deps, randomUUID(), 'ADMIN')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('leave the last admin one', async () => {
    await demote(0)
    await expect(demote(1)).rejects.toMatchObject(lastAdmin)
    expect(group).toEqual(new Set([id(1)]))
    expect(await entriesOf(1)).toEqual([])
  })

  it('of two who demote each other at the same moment are changed for one, although the group is slow', async () => {
    isGroupSlow = true
    const results = await Promise.allSettled([demote(0), demote(1)])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: lastAdmin })
    await expect(demote(results[0]?.status === 'fulfilled' ? 1 : 0)).rejects.toMatchObject(lastAdmin)
  })

  it('of an admin who is deleted while the other is demoted leave one of them', async () => {
    isGroupSlow = true
    const results = await Promise.allSettled([beginDeletion(deps, id(0)), demote(1)])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  it('of who cannot log in do not count', async () => {
    disabled.add(id(1))
    await expect(demote(0)).rejects.toMatchObject(lastAdmin)
  })

  it('are what the group says again once it has had time to follow', async () => {
    isGroupSlow = true
    await demote(0)
    await expect(demote(1)).rejects.toMatchObject(lastAdmin)
    now += 2 * HOUR_MS
    isGroupSlow = false
    await demote(1)
    expect(group).toEqual(new Set([id(0)]))
  })

  it('are given again to who was just demoted', async () => {
    await demote(0)
    await changeRole(deps, id(0), 'ADMIN')
    await demote(1)
    expect(group).toEqual(new Set([id(0)]))
  })

  it('are brought to an end by the same request when the group was not to be reached', async () => {
    const { directory } = deps
    const broken = { ...deps, directory: { ...directory, removeAdmin: () => Promise.reject(new Error('throttled')) } }
    await expect(changeRole(broken, id(0), 'USER')).rejects.toThrow('throttled')
    await demote(0)
    expect(group).toEqual(new Set([id(1)]))
    expect(ended).toEqual([id(0)])
  })

  it('keep the last admin from being deleted', async () => {
    await demote(0)
    await expect(beginDeletion(deps, id(1))).rejects.toMatchObject(lastAdmin)
    expect(disabled).toEqual(new Set())
    expect(await deps.tasks.read(id(1), DELETION_ID)).toBeUndefined()
  })
})
