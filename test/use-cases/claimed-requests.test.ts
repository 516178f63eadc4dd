import { randomBytes } from 'node:crypto'
import { ulid } from 'ulid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { dynamoApiKeyStore } from '../../lambdas/adapters/dynamodb/api-key-store.ts'
import { deleteJob } from '../../lambdas/domain/job/change-job.ts'
import { JobDefinition } from '../../lambdas/domain/job/job.ts'
import { createJob } from '../../lambdas/use-cases/create-job.ts'
import { createKey } from '../../lambdas/use-cases/create-key.ts'
import { requestRun } from '../../lambdas/use-cases/request-run.ts'
import { startWorld, TENANT, type World } from '../support/world.ts'

/** What a request does that broke off anywhere, and that is taken up under the same claim. */
let world: World
beforeEach(async () => {
  world = await startWorld('2026-11-21T12:00:30Z')
})
afterEach(() => world.stop())

const definition = JobDefinition.parse({
  name: 'sync',
  cronExpression: '*/5 * * * *',
  targetUrl: 'https://api.example.com/sync',
})
const claim = () => {
  const id = ulid(world.clock.now())
  return { first: { id, isRepeated: false }, again: { id, isRepeated: true } }
}
const jobs = () => Array.fromAsync(world.deps.tenantJobs.ofTenant(TENANT))

describe('a job that was asked for', () => {
  const create = (claimed: { id: string; isRepeated: boolean }, deps = world.deps) =>
    createJob(deps, { tenant: TENANT, definition, targets: {}, claimed })

  it('has the id of the claim', async () => {
    const { first } = claim()
    expect((await create(first)).job.id).toBe(first.id)
  })

  it('is created once, wherever the first request broke off', async () => {
    const steps = ['create', 'schedule', 'synced', undefined] as const
    for (const step of steps) {
      const { first, again } = claim()
      const fail = async (): Promise<never> => {
        throw new Error('the function ended')
      }
      const { jobs: store, schedules } = world.deps
      const deps = {
        ...world.deps,
        jobs: {
          ...store,
          ...(step === 'create' ? { create: fail } : {}),
          ...(step === 'synced' ? { markSynced: fail } : {}),
        },
        schedules: { ...schedules, ...(step === 'schedule' ? { create: fail } : {}) },
      }
      await create(first, deps).catch(() => {})
      await world.moveTo(world.clock.now() + 30_000)
      const { job } = await create(again)
      expect(job).toMatchObject({ id: first.id, syncState: 'SYNCED' })
      expect((await jobs()).filter(({ id }) => id === first.id)).toHaveLength(1)
    }
    expect(await jobs()).toHaveLength(steps.length)
    expect((await world.scheduleNames()).length).toBe(steps.length)
    expect((await world.deps.accounts.read(TENANT)).jobs).toBe(steps.length)
  })

  it('and that was deleted before anybody was told of it is there once, after all', async () => {
    const { first, again } = claim()
    await create(first)
    await world.change(first.id, deleteJob)
    await create(again)
    expect(await jobs()).toMatchObject([{ id: first.id }])
    expect((await world.deps.accounts.read(TENANT)).jobs).toBe(1)
  })
})

describe('a run that was asked for', () => {
  const request = (jobId: string, claimed: { id: string; isRepeated: boolean }, deps = world.deps) =>
    requestRun(deps, TENANT, jobId, claimed)

  it.each([
    ['before it began', async () => {}],
    ['while it waits', async () => world.orders.splice(0)],
    ['after it was done', () => world.executeOrders()],
  ])('is promised once, when the request is repeated %s', async (_when, meanwhile) => {
    const { job } = await world.create()
    const { first, again } = claim()
    const runId = await request(job.id, first)
    await meanwhile()
    expect(await request(job.id, again)).toBe(runId)
    await world.executeOrders()
    await world.moveTo(world.clock.now() + 150_000)
    await world.sweep()
    await world.executeOrders()
    expect(await world.runs(job.id)).toMatchObject([{ id: runId, status: 'SUCCEEDED' }])
    expect(world.calls).toHaveLength(1)
  })

  it('is promised when the first request broke off before', async () => {
    const { job } = await world.create()
    const { first, again } = claim()
    const save = async (): Promise<never> => {
      throw new Error('the function ended')
    }
    const { ledger } = world.deps
    await request(job.id, first, { ...world.deps, ledger: { ...ledger, save } }).catch(() => {})
    const runId = await request(job.id, again)
    await world.executeOrders()
    expect(await world.runs(job.id)).toMatchObject([{ id: runId }])
  })

  it('may be asked for of two jobs in the same millisecond', async () => {
    const [one, other] = [await world.create(), await world.create()]
    const ids = [await request(one.job.id, claim().first), await request(other.job.id, claim().first)]
    expect(new Set(ids).size).toBe(2)
  })
})

describe('a key that was asked for', () => {
  it('replaces the one that nobody has seen', async () => {
    const keys = dynamoApiKeyStore(world.table)
    const deps = { ...world.deps, keys, newKeyId: (at: number) => ulid(at), randomBytes: (n: number) => randomBytes(n) }
    const caller = { kind: 'user', tenant: TENANT, username: 'ada', role: 'USER', accessToken: '' } as const
    const wanted = { name: 'Deploy', scopes: ['read'], expiresAt: null } as const
    const { first, again } = claim()
    const lost = await createKey(deps, caller, wanted, first)
    const shown = await createKey(deps, caller, wanted, again)
    expect(shown.key.id).toBe(first.id)
    expect((await keys.page(TENANT, { limit: 10 })).keys).toMatchObject([{ id: first.id }])
    expect(await keys.find(lost.text)).toBeUndefined()
    expect(await keys.find(shown.text)).toMatchObject({ id: first.id })
  })
})
