import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accountKey, dynamoAccountStore } from '../../../lambdas/adapters/dynamodb/account-store.ts'
import { dynamoJobStore } from '../../../lambdas/adapters/dynamodb/dynamo-job-store.ts'
import { dynamoTaskStore } from '../../../lambdas/adapters/dynamodb/dynamo-task-store.ts'
import { dynamoRoleChangeStore } from '../../../lambdas/adapters/dynamodb/role-change-store.ts'
import { roleChanged, userDeleted } from '../../../lambdas/domain/audit/task-audit.ts'
import { type BulkResult, counted, noCounts } from '../../../lambdas/domain/task/bulk.ts'
import { type BulkTask, DELETION_ID, type DeletionTask } from '../../../lambdas/domain/task/task.ts'
import type { TaskStore } from '../../../lambdas/ports/task-store.ts'
import { someJob } from '../../contracts/job-store.ts'
import { somebody } from '../../support/author.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'

const NOW = Date.parse('2027-01-31T08:00:00Z')

describe('tasks in DynamoDB', () => {
  let started: StartedTable
  let store: TaskStore
  let tenant: string
  const table = () => ({ client: started.client, name: started.tableName })

  beforeAll(async () => {
    started = await startTable()
    store = dynamoTaskStore(table())
  })
  afterAll(() => started.stop())
  beforeEach(() => {
    tenant = randomUUID()
  })

  const common = (id: string) => ({
    tenant,
    id,
    rev: 1,
    leaseUntil: 0,
    notBefore: 0,
    isDone: false,
    author: somebody,
    createdAt: NOW,
    updatedAt: NOW,
  })
  const bulk = (id = 'BULK-1'): BulkTask => ({
    ...common(id),
    kind: 'BULK',
    action: 'pause',
    addTags: [],
    removeTags: [],
    selection: { kind: 'ids', count: 2 },
    position: '',
    batch: null,
    counts: noCounts,
  })
  const deletion = (): DeletionTask => ({
    ...common(DELETION_ID),
    kind: 'USER_DELETION',
    step: 'LOCK',
    isLastPass: false,
    deleted: { jobs: 0, runs: 0, secrets: 0, keys: 0 },
  })
  const audit = () => userDeleted(deletion())
  const begun = async (ids: readonly string[] = []) => {
    await store.beginBulk(bulk(), ids, audit())
    return bulk()
  }
  const unfinished = async () =>
    (await Array.fromAsync(store.unfinished())).filter((task) => task.tenant === tenant).map(({ id }) => id)

  it('reads back what was begun, with its ids, and shows it to no other tenant', async () => {
    await begun(['A', 'B'])
    expect(await store.read(tenant, 'BULK-1')).toEqual(bulk())
    expect(await store.idsOf(tenant, 'BULK-1')).toEqual(['A', 'B'])
    expect(await store.read(randomUUID(), 'BULK-1')).toBeUndefined()
    expect(await store.idsOf(randomUUID(), 'BULK-1')).toEqual([])
  })

  it('lets only the next revision through', async () => {
    const task = await begun()
    expect(await store.save({ ...task, rev: 2, leaseUntil: 5 })).toBe(true)
    expect(await store.save({ ...task, rev: 2, leaseUntil: 9 })).toBe(false)
    expect(await store.save({ ...task, rev: 4 })).toBe(false)
    expect(await store.read(tenant, task.id)).toMatchObject({ rev: 2, leaseUntil: 5 })
  })

  it('lists what is not done until it is', async () => {
    const task = await begun()
    expect(await unfinished()).toEqual([task.id])
    await store.save({ ...task, rev: 2, isDone: true })
    expect(await unfinished()).toEqual([])
  })

  it('pages through results that were written in batches of any size', async () => {
    let task = await begun()
    const expected: string[] = []
    for (const size of [3, 1, 100, 7]) {
      const results = Array.from(
        { length: size },
        (_, n): BulkResult => ({ jobId: `${expected.length + n}`, status: 'DONE' }),
      )
      expected.push(...results.map(({ jobId }) => jobId))
      task = { ...task, rev: task.rev + 1, counts: counted(task.counts, results) }
      expect(await store.save(task, { results })).toBe(true)
    }
    expect(task.counts.DONE).toBe(111)
    for (const limit of [1, 2, 50, 100]) {
      const seen: string[] = []
      for (;;) {
        const page = await store.results(tenant, task.id, { after: seen.length, limit })
        if (page.length === 0) break
        expect(page.length).toBeLessThanOrEqual(limit)
        seen.push(...page.map(({ jobId }) => jobId))
      }
      expect(seen, `in pages of ${limit}`).toEqual(expected)
    }
  })

  it('writes no results for who was too late', async () => {
    const task = await begun()
    await store.save({ ...task, rev: 2 })
    const results = [{ jobId: 'A', status: 'DONE' }] as const
    expect(await store.save({ ...task, rev: 2, counts: counted(noCounts, results) }, { results })).toBe(false)
    expect(await store.results(tenant, task.id, { after: 0, limit: 10 })).toEqual([])
  })

  describe('a deletion', () => {
    it('begins once, and from then on no job is made', async () => {
      expect(await store.beginDeletion(deletion(), audit(), undefined)).toBe(true)
      expect(await store.beginDeletion(deletion(), audit(), undefined)).toBe(false)
      expect(await dynamoAccountStore(table()).read(tenant)).toMatchObject({ isBeingDeleted: true })
      expect(await dynamoJobStore(table()).create(someJob(tenant), 10)).toBe(false)
      expect(accountKey(tenant).pk).toContain(tenant)
    })

    it('of an admin does not begin when a role was changed meanwhile', async () => {
      const roles = dynamoRoleChangeStore(table())
      const { rev } = await roles.read()
      const next = { rev: rev + 1, removed: { [tenant]: NOW } }
      const entry = roleChanged(somebody, tenant, { before: 'ADMIN', after: 'USER' }, NOW)
      expect(await roles.save({ rev: rev + 1, removed: { somebody: NOW } }, entry)).toBe(true)
      expect(await store.beginDeletion(deletion(), audit(), next)).toBe(false)
      expect(await store.read(tenant, DELETION_ID)).toBeUndefined()
      expect(await dynamoAccountStore(table()).read(tenant)).not.toHaveProperty('isBeingDeleted')
      expect(await store.beginDeletion(deletion(), audit(), { ...next, rev: rev + 2 })).toBe(true)
      expect(await roles.read()).toEqual({ ...next, rev: rev + 2 })
    })
  })
})
