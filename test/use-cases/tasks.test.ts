import { randomUUID } from 'node:crypto'
import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { ulid } from 'ulid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamoApiKeyStore } from '../../lambdas/adapters/dynamodb/api-key-store.ts'
import { dynamoAuditTrail } from '../../lambdas/adapters/dynamodb/dynamo-audit-trail.ts'
import { dynamoFiguresStore } from '../../lambdas/adapters/dynamodb/dynamo-figures-store.ts'
import { dynamoTenantEraser } from '../../lambdas/adapters/dynamodb/dynamo-tenant-eraser.ts'
import { dynamoTenantJobs } from '../../lambdas/adapters/dynamodb/dynamo-tenant-jobs.ts'
import { dynamoRequestCounter } from '../../lambdas/adapters/dynamodb/request-counter.ts'
import { dynamoRoleChangeStore } from '../../lambdas/adapters/dynamodb/role-change-store.ts'
import { dynamoSecretCatalog } from '../../lambdas/adapters/dynamodb/secret-catalog.ts'
import { dynamoSessionEnds } from '../../lambdas/adapters/dynamodb/session-ends.ts'
import { dynamoTemplateStore } from '../../lambdas/adapters/dynamodb/template-store.ts'
import { newAccount } from '../../lambdas/domain/account/account.ts'
import { emptyHour } from '../../lambdas/domain/figures/figures.ts'
import { JobDefinition } from '../../lambdas/domain/job/job.ts'
import type { JobFilter } from '../../lambdas/domain/job/job-filter.ts'
import { occurrenceRunId } from '../../lambdas/domain/run/run-id.ts'
import type { BulkAction } from '../../lambdas/domain/task/bulk.ts'
import { DELETION_ID, type Task } from '../../lambdas/domain/task/task.ts'
import { Template } from '../../lambdas/domain/template/template.ts'
import type { ListedUser } from '../../lambdas/ports/user-directory.ts'
import { type BulkRequest, beginBulk } from '../../lambdas/use-cases/begin-bulk.ts'
import { beginDeletion } from '../../lambdas/use-cases/begin-deletion.ts'
import { createJob } from '../../lambdas/use-cases/create-job.ts'
import { restartTasks } from '../../lambdas/use-cases/restart-tasks.ts'
import { workOffTask } from '../../lambdas/use-cases/work-off-task.ts'
import { somebody } from '../support/author.ts'
import { MINUTE_MS, startWorld, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld('2026-11-21T12:00:30Z')
})
afterAll(() => world.stop())

/** Users and values of secrets, by tenant. */
const users = new Map<string, ListedUser['status']>()
const values = new Map<string, Set<string>>()

function depsOf() {
  const { deps, faults } = world
  const listed = (userId: string): ListedUser | undefined => {
    const status = users.get(userId)
    return status && { userId, email: 'ada@example.com', name: null, createdAt: new Date(0).toISOString(), status }
  }
  return {
    ...deps,
    author: somebody,
    tenantJobs: dynamoTenantJobs(world.table),
    catalog: faults.under('catalog', dynamoSecretCatalog(world.table)),
    keys: faults.under('keys', dynamoApiKeyStore(world.table)),
    eraser: faults.under('eraser', dynamoTenantEraser(world.table)),
    sessions: faults.under('sessions', dynamoSessionEnds(world.table)),
    roles: faults.under('roles', dynamoRoleChangeStore(world.table)),
    worker: faults.under('worker', deps.worker),
    vault: faults.under('vault', {
      ...deps.vault,
      remove: async ({ tenant, secretId }: { tenant: string; secretId: string }) =>
        void values.get(tenant)?.delete(secretId),
    }),
    directory: faults.under('directory', {
      find: async (userId: string) => listed(userId),
      admins: async () => [],
      disable: async (userId: string) => void (users.has(userId) && users.set(userId, 'DISABLED')),
      remove: async (userId: string) => void users.delete(userId),
    }),
  }
}

const newJob = async (tenant: string, fields: Partial<JobDefinition> = {}) => {
  const definition = JobDefinition.parse({
    name: 'sync',
    cronExpression: '0 0 29 2 *',
    targetUrl: 'https://api.example.com/sync',
    ...fields,
  })
  return (await createJob(depsOf(), { tenant, targets: {}, definition })).job
}

/** What the worker's functions would do with what was handed over, for as long as one may run. */
async function work(forMs = MINUTE_MS): Promise<void> {
  for (const task of world.handedOver.splice(0)) {
    await workOffTask(depsOf(), task, { beginUntil: world.clock.now() + forMs })
  }
}

/** The sweeper comes by, and the worker does what it is handed. */
async function later(ms = 2 * MINUTE_MS): Promise<void> {
  await world.moveTo(world.clock.now() + ms)
  await restartTasks(depsOf())
  await work()
}

type Moment = { readonly name: string; readonly hasCrashed: boolean }

/** Ends the process behind every one of its effects, and before the first; `check` sees what is left each time. */
async function atEveryMoment<Subject>(
  prepare: () => Promise<Subject>,
  act: (subject: Subject) => Promise<unknown>,
  check: (subject: Subject, moment: Moment) => Promise<void>,
): Promise<number> {
  for (let moment = 0; ; moment++) {
    const subject = await prepare()
    world.handedOver.length = 0
    world.orders.length = 0
    world.faults.arm(moment === 0 ? { effect: 0, when: 'before' } : { effect: moment - 1, when: 'after' })
    await act(subject).catch((error: unknown) => {
      if (!world.faults.hasCrashed) throw error
    })
    const { hasCrashed } = world.faults
    world.faults.revive()
    await check(subject, { name: `${moment}: ${world.faults.effects.at(-1)}`, hasCrashed })
    if (!hasCrashed) return moment
  }
}

type Selected = { readonly jobIds: readonly string[] } | { readonly filter: JobFilter }
const request = (tenant: string, action: BulkAction, selected: Selected): BulkRequest => ({
  tenant,
  action,
  addTags: action === 'tag' ? ['new'] : [],
  removeTags: [],
  ...selected,
})

const bulkOf = async (tenant: string): Promise<Task | undefined> => {
  const { items } = await trailOf(tenant, 'bulk.started')
  return items[0] && world.deps.tasks.read(tenant, items[0].subject.id)
}

const trailOf = (tenant: string, action: 'bulk.started' | 'user.deleted' | 'user.erased' | 'job.run') =>
  dynamoAuditTrail(world.table, world.deps.clock).ofTenant(tenant, { action }, 100, undefined)

const resultsOf = async (task: Task) => {
  const results = await world.deps.tasks.results(task.tenant, task.id, { after: 0, limit: 1000 })
  return Object.fromEntries(results.map(({ jobId, status }) => [jobId, status]))
}

/** Who goes on with a job that was paused a moment before finds it so; who deleted or started it is known. */
const doneBy = (action: BulkAction, { hasCrashed }: Moment) =>
  action === 'pause' && hasCrashed ? expect.stringMatching(/^(DONE|UNCHANGED)$/) : 'DONE'

describe('a bulk request whose process ends between any two steps', () => {
  it.each<{ action: BulkAction; becomes: readonly unknown[] }>([
    { action: 'pause', becomes: ['PAUSED'] },
    { action: 'delete', becomes: ['DELETED', undefined] },
    { action: 'run', becomes: ['ACTIVE'] },
  ])('does to each job what was asked for ($action), and says so once', async ({ action, becomes }) => {
    const moments = await atEveryMoment(
      async () => {
        const tenant = randomUUID()
        const jobs = [await newJob(tenant), await newJob(tenant)]
        return { tenant, ids: jobs.map(({ id }) => id) }
      },
      ({ tenant, ids }) => beginBulk(depsOf(), request(tenant, action, { jobIds: [...ids, 'nobodys'] })),
      async ({ tenant, ids }, moment) => {
        const task = await bulkOf(tenant)
        // Nothing was written: nothing was done, and the caller knows that it was not.
        if (!task) return expect(moment.hasCrashed).toBe(true)
        for (let sweeps = 0; sweeps < 3; sweeps++) await later()
        const done = await world.deps.tasks.read(tenant, task.id)
        expect(done, moment.name).toMatchObject({ isDone: true })
        const [first, second] = ids
        expect(await resultsOf(task), moment.name).toEqual({
          [`${first}`]: doneBy(action, moment),
          [`${second}`]: doneBy(action, moment),
          nobodys: 'NOT_FOUND',
        })
        for (const id of ids) {
          const job = (await world.deps.jobs.read(tenant, id))?.job
          expect(becomes, moment.name).toContain(job?.desired)
        }
        if (action === 'run') expect((await trailOf(tenant, 'job.run')).items, moment.name).toHaveLength(2)
      },
    )
    expect(moments).toBeGreaterThan(8)
  })

  it('starts each job once, whoever goes on with it', async () => {
    const tenant = randomUUID()
    const job = await newJob(tenant)
    await beginBulk(depsOf(), request(tenant, 'run', { jobIds: [job.id] }))
    const task = await bulkOf(tenant)
    if (task?.kind !== 'BULK') throw new Error('There is no task')
    const batch = { ids: [job.id], existing: [job.id], next: null }
    const again = { ...task, rev: task.rev + 1, isDone: false, batch, counts: { ...task.counts, DONE: 0 } }
    await world.deps.tasks.save(again)
    await later()
    expect((await trailOf(tenant, 'job.run')).items).toHaveLength(1)
    expect(Object.keys((await world.deps.jobs.read(tenant, job.id))?.activity.queued ?? {})).toHaveLength(1)
  })
})

describe('a bulk request', () => {
  it('does a hundred jobs before its answer, and the others in the background', async () => {
    const tenant = randomUUID()
    for (let n = 0; n < 130; n++) {
      await newJob(tenant, { enabled: false, tags: n < 120 ? ['many'] : [] })
      await world.moveTo(world.clock.now() + 1)
    }
    world.handedOver.length = 0
    const begun = await beginBulk(depsOf(), request(tenant, 'tag', { filter: { tag: 'many' } }))
    expect(begun).toMatchObject({ isDone: false, counts: { DONE: 100 } })
    expect(world.handedOver).toEqual([expect.objectContaining({ tenant, id: begun.id })])
    await work()
    expect(await world.deps.tasks.read(tenant, begun.id)).toMatchObject({ isDone: true, counts: { DONE: 120 } })
    expect(Object.keys(await resultsOf(begun))).toHaveLength(120)
  })

  it('answers in time when jobs take long: what there was no time for is done in the background', async () => {
    const tenant = randomUUID()
    for (let n = 0; n < 30; n++) await newJob(tenant)
    await world.moveTo(world.clock.now() + 1)
    world.handedOver.length = 0
    const deps = depsOf()
    let spentMs = 0
    const jobs = new Proxy(deps.jobs, {
      get(store, name) {
        if (name === 'read') spentMs += 1000
        return Reflect.get(store, name)
      },
    })
    const slow = { ...deps, jobs, clock: () => deps.clock() + spentMs }
    const begun = await beginBulk(slow, request(tenant, 'tag', { filter: {} }))
    // Eight at a time, and 15 s.
    expect(begun).toMatchObject({ isDone: false, counts: { DONE: 16 } })
    expect(world.handedOver).toEqual([expect.objectContaining({ tenant, id: begun.id })])
    await work()
    expect(await world.deps.tasks.read(tenant, begun.id)).toMatchObject({ isDone: true, counts: { DONE: 30 } })
    expect(Object.values(await resultsOf(begun))).toEqual(Array(30).fill('DONE'))
  })

  it('leaves alone what was made after it, and what its filter does not fit', async () => {
    const tenant = randomUUID()
    const [fits, other] = [await newJob(tenant, { name: 'Billing' }), await newJob(tenant, { name: 'KYC' })]
    await world.moveTo(world.clock.now() + 1000)
    await beginBulk(depsOf(), request(tenant, 'pause', { filter: { q: 'bill' } }))
    expect((await world.deps.jobs.read(tenant, fits.id))?.job.desired).toBe('PAUSED')
    expect((await world.deps.jobs.read(tenant, other.id))?.job.desired).toBe('ACTIVE')
  })

  it('tells of each job what stands in its way, and goes on with the others', async () => {
    const tenant = randomUUID()
    const full = await newJob(tenant, { tags: Array.from({ length: 10 }, (_, n) => `t${n}`) })
    const has = await newJob(tenant, { tags: ['new'] })
    const job = await newJob(tenant)
    const task = await beginBulk(depsOf(), request(tenant, 'tag', { jobIds: [full.id, has.id, job.id, job.id] }))
    expect(await resultsOf(task)).toEqual({ [full.id]: 'REFUSED', [has.id]: 'UNCHANGED', [job.id]: 'DONE' })
    expect(task.counts).toEqual({ DONE: 1, UNCHANGED: 1, NOT_FOUND: 0, REFUSED: 1, FAILED: 0 })
  })

  it('finds no job of another tenant', async () => {
    const [tenant, other] = [randomUUID(), randomUUID()]
    const foreign = await newJob(other)
    const task = await beginBulk(depsOf(), request(tenant, 'delete', { jobIds: [foreign.id] }))
    expect(await resultsOf(task)).toEqual({ [foreign.id]: 'NOT_FOUND' })
    expect((await world.deps.jobs.read(other, foreign.id))?.job.desired).toBe('ACTIVE')
  })
})

describe('a task', () => {
  it('is worked on by one at a time, and by another once the lease has ended', async () => {
    const tenant = randomUUID()
    await newJob(tenant)
    const task = await beginBulk(depsOf(), request(tenant, 'pause', { filter: {} }))
    const open = { ...task, rev: task.rev + 1, isDone: false, leaseUntil: world.clock.now() + MINUTE_MS }
    await world.deps.tasks.save(open)
    const limits = { beginUntil: world.clock.now() + MINUTE_MS }
    expect(await workOffTask(depsOf(), task, limits)).toBeUndefined()
    world.handedOver.length = 0
    await restartTasks(depsOf())
    expect(world.handedOver.filter((each) => each.tenant === tenant)).toEqual([])
    await world.moveTo(world.clock.now() + MINUTE_MS)
    const both = await Promise.all([workOffTask(depsOf(), task, limits), workOffTask(depsOf(), task, limits)])
    expect(both.filter((each) => each !== undefined)).toEqual([expect.objectContaining({ isDone: true })])
  })
})

describe('the deletion of a user whose process ends between any two steps', () => {
  async function newUser() {
    const tenant = randomUUID()
    users.set(tenant, 'ACTIVE')
    values.set(tenant, new Set(['secret-1']))
    const instant = new Date(world.clock.now()).toISOString()
    const job = await newJob(tenant, { cronExpression: '*/5 * * * *' })
    const bulk = await beginBulk(depsOf(), request(tenant, 'tag', { jobIds: [job.id] }))
    const secret = { name: 'A', secretId: 'secret-1', versionId: 'v', versions: 1, description: '' }
    await dynamoSecretCatalog(world.table).add(tenant, { ...secret, createdAt: instant, updatedAt: instant })
    const key = { id: ulid(), tenant, username: tenant, name: 'CI', scopes: ['read' as const], prefix: 'pk_' }
    await dynamoApiKeyStore(world.table).add(
      { ...key, createdAt: instant, expiresAt: null, lastUsedAt: null },
      randomUUID(),
    )
    const plannedAt = (Math.floor(world.clock.now() / (5 * MINUTE_MS)) + 1) * 5 * MINUTE_MS
    await world.moveTo(plannedAt)
    await world.execute({ kind: 'occurrence', tenant, jobId: job.id, plannedAt: new Date(plannedAt).toISOString() })
    const runId = occurrenceRunId(job.id, plannedAt)
    expect(await world.deps.ledger.record(tenant, runId)).toMatchObject({ status: 'SUCCEEDED' })
    return { tenant, jobId: job.id, runId, bulk }
  }

  const left = async ({ tenant, jobId, runId, bulk }: Awaited<ReturnType<typeof newUser>>) => ({
    user: users.get(tenant),
    values: values.get(tenant)?.size,
    job: await world.deps.jobs.read(tenant, jobId),
    run: await world.deps.ledger.record(tenant, runId),
    bulk: [await world.deps.tasks.read(tenant, bulk.id), await resultsOf(bulk)],
    schedules: (await world.scheduleNames()).filter((name: string) => name.startsWith(jobId)),
    secrets: (await dynamoSecretCatalog(world.table).page(tenant, { limit: 10 })).secrets,
    keys: await dynamoApiKeyStore(world.table).count(tenant),
    account: await world.deps.accounts.read(tenant),
  })

  it('deletes all that they own in the end, and keeps them out from the answer on', async () => {
    const moments = await atEveryMoment(
      newUser,
      async ({ tenant }) => {
        await beginDeletion(depsOf(), tenant)
        expect(users.get(tenant)).toBe('DISABLED')
        await work()
      },
      async (user, moment) => {
        const { tenant } = user
        const begun = await world.deps.tasks.read(tenant, DELETION_ID)
        if (!begun) {
          expect(moment.hasCrashed).toBe(true)
          return expect(await left(user), moment.name).toMatchObject({ user: 'ACTIVE', values: 1, keys: 1 })
        }
        await expect(newJob(tenant), moment.name).rejects.toMatchObject({ code: 'forbidden' })
        await later()
        expect(await world.deps.tasks.read(tenant, DELETION_ID), moment.name).toMatchObject({ step: 'SETTLING' })
        for (let sweeps = 0; sweeps < 3; sweeps++) await later(21 * MINUTE_MS)
        expect(await world.deps.tasks.read(tenant, DELETION_ID), moment.name).toMatchObject({
          isDone: true,
          // A step that is repeated counts what it finds left.
          deleted: moment.hasCrashed ? {} : { jobs: 1, runs: 1, secrets: 1, keys: 1 },
        })
        expect(await left(user), moment.name).toEqual({
          user: undefined,
          values: 0,
          job: undefined,
          run: undefined,
          bulk: [undefined, {}],
          schedules: [],
          secrets: [],
          keys: 0,
          account: newAccount,
        })
        expect((await trailOf(tenant, 'user.deleted')).items, moment.name).toHaveLength(1)
        expect((await trailOf(tenant, 'user.erased')).items, moment.name).toHaveLength(1)
      },
    )
    expect(moments).toBeGreaterThan(20)
  })

  it('deletes what a token that was still alive has left behind', async () => {
    const user = await newUser()
    await beginDeletion(depsOf(), user.tenant)
    await work()
    const instant = new Date(world.clock.now()).toISOString()
    const secret = { name: 'LATE', secretId: 'late', versionId: 'v', versions: 1, description: '' }
    await dynamoSecretCatalog(world.table).add(user.tenant, { ...secret, createdAt: instant, updatedAt: instant })
    values.get(user.tenant)?.add('late')
    await later()
    expect((await left(user)).secrets).toHaveLength(1)
    await later(21 * MINUTE_MS)
    expect(await left(user)).toMatchObject({ secrets: [], values: 0 })
  })

  /** Keys of all items that tell of a tenant, anywhere in them. */
  async function rowsOf(tenant: string): Promise<readonly { pk: string; sk: string; expiresAt?: number }[]> {
    const rows: { pk: string; sk: string }[] = []
    let ExclusiveStartKey: Record<string, unknown> | undefined
    do {
      const page = await world.table.client.send(
        new ScanCommand({
          TableName: world.table.name,
          ConsistentRead: true,
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        }),
      )
      rows.push(...(page.Items as typeof rows).filter((item) => JSON.stringify(item).includes(tenant)))
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey)
    return rows
  }

  /** Rows of the kinds that jobs, runs, secrets and keys do not make. */
  async function leaveTraces(tenant: string, runId: string): Promise<void> {
    const now = world.clock.now()
    const { table, deps } = world
    await deps.ledger.noteLate(tenant, runId, now)
    await dynamoRequestCounter(table).reserve({ kind: 'tenant', tenant }, { startsAt: now, isNew: true }, 10)
    await deps.plans.change(tenant, 'PRO')
    const figures = dynamoFiguresStore(table)
    const { pass } = await figures.beginPass()
    await figures.write({ tenant }, emptyHour(now - (now % MINUTE_MS), now), pass)
    await dynamoTemplateStore(table).add(tenant, Template.parse({ id: 'a', name: 'A', jobs: [{}] }))
  }

  it('leaves of them nothing but the audit and the record of the deletion', async () => {
    const user = await newUser()
    const { tenant } = user
    await leaveTraces(tenant, user.runId)
    await beginDeletion(depsOf(), tenant)
    const kinds = (await rowsOf(tenant)).map(({ pk }) => pk.replace(tenant, '').split('#', 1)[0])
    expect(new Set(kinds)).toEqual(new Set(['T', 'KEY', 'LATE', 'RATE', 'SESSION', 'PLAN_CHANGES']))
    await work()
    // Their tokens are alive for minutes yet: what keeps them out stays as long.
    expect((await rowsOf(tenant)).map(({ pk }) => pk)).toContain(`SESSION#${tenant}`)
    expect((await rowsOf(tenant)).filter(({ pk }) => pk.startsWith('LATE#'))).toEqual([])
    await later(21 * MINUTE_MS)
    await later()
    const rows = await rowsOf(tenant)
    const isAudit = ({ pk }: { pk: string }) => pk.startsWith(`T#${tenant}#A#`)
    expect(rows.filter((row) => !isAudit(row)).map(({ pk, sk }) => `${pk} ${sk}`)).toEqual([
      `T#${tenant}#TASK#${DELETION_ID} STATE`,
    ])
    expect(rows.filter(({ expiresAt }) => expiresAt === undefined)).toEqual([])
  })

  it('says how far it is when it is asked for again', async () => {
    const user = await newUser()
    await beginDeletion(depsOf(), user.tenant)
    await work()
    expect(await beginDeletion(depsOf(), user.tenant)).toMatchObject({ step: 'SETTLING', deleted: { jobs: 1 } })
    expect((await trailOf(user.tenant, 'user.deleted')).items).toHaveLength(1)
  })

  it('refuses who does not exist', async () => {
    await expect(beginDeletion(depsOf(), randomUUID())).rejects.toMatchObject({ code: 'not-found' })
  })
})
