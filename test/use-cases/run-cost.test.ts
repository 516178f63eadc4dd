import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JobDefinition } from '../../lambdas/domain/job/job.ts'
import { answered, MINUTE_MS, startWorld, TENANT, type World } from '../support/world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld('2026-11-21T12:00:30Z')
})
afterAll(() => world.stop())
beforeEach(() => {
  world.target.answer = async () => answered(200, '{"success":true,"message":"Auto-sync completed","synced":2}')
})

const nextOrder = async (jobId: string) => {
  await world.moveTo(Math.floor(world.clock.now() / (5 * MINUTE_MS)) * 5 * MINUTE_MS + 5 * MINUTE_MS + 400)
  const plannedAt = new Date(world.clock.now() - 400).toISOString()
  return { kind: 'occurrence', tenant: TENANT, jobId, plannedAt } as const
}

/** A job that has run before: what counts is the run that comes every five minutes, not the first. */
async function warmJob(fields: Partial<JobDefinition> = {}): Promise<string> {
  const { job } = await world.create(fields)
  await world.execute(await nextOrder(job.id))
  return job.id
}

async function costOf(run: () => Promise<unknown>) {
  const { consumed } = world
  consumed.reset()
  await run()
  const calls = consumed.calls.map((command) => command.replace(/Command$/, '').replace(/^(Get|Put)$/, '$1Item'))
  return { calls, readUnits: consumed.units.read, writeUnits: consumed.units.write }
}

describe('what a run costs', () => {
  // The budget of DESIGN.md, "Cost is a feature": 1 read, and 3 write units with the index that lists all runs.
  it('is one read and two writes for a success, three write units with the index', async () => {
    const jobId = await warmJob()
    const order = await nextOrder(jobId)
    const cost = await costOf(() => world.execute(order))
    expect(cost).toEqual({ calls: ['Query', 'PutItem', 'PutItem'], readUnits: 1, writeUnits: 3 })
  })

  it('is the same for a job with headers, whose record still is below 1 KiB', async () => {
    const jobId = await warmJob({
      name: 'KYC sync of all customers',
      httpMethod: 'POST',
      headers: { 'X-Cron-Secret': 'typed in', 'Content-Type': 'application/json' },
      body: '{}',
    })
    const order = await nextOrder(jobId)
    expect(await costOf(() => world.execute(order))).toMatchObject({ readUnits: 1, writeUnits: 3 })
  })

  it('is the same when runs may overlap', async () => {
    const jobId = await warmJob({ overlap: 'ALLOW' })
    const order = await nextOrder(jobId)
    expect(await costOf(() => world.execute(order))).toMatchObject({ readUnits: 1, writeUnits: 3 })
  })

  it('is one more read and write for a failure, whose count is entered at once', async () => {
    const jobId = await warmJob({ maxRetries: 0 })
    world.target.answer = async () => answered(500, '{"success":false}')
    const order = await nextOrder(jobId)
    expect(await costOf(() => world.execute(order))).toEqual({
      calls: ['Query', 'PutItem', 'PutItem', 'Query', 'PutItem'],
      readUnits: 2,
      writeUnits: 4,
    })
  })

  it('is one more write for a run that ends after its quarter of an hour, so that it is counted again', async () => {
    const jobId = await warmJob()
    const order = await nextOrder(jobId)
    world.target.answer = async () => {
      await world.moveTo(world.clock.now() + 15 * MINUTE_MS)
      return answered(200)
    }
    expect(await costOf(() => world.execute(order))).toMatchObject({ readUnits: 1, writeUnits: 4 })
  })

  it('is a read for what is delivered twice', async () => {
    const jobId = await warmJob()
    const order = await nextOrder(jobId)
    await world.execute(order)
    expect(await costOf(() => world.execute(order))).toMatchObject({ calls: ['Query'], readUnits: 1, writeUnits: 0 })
    expect(world.calls.filter(({ at }) => at === world.clock.now())).toHaveLength(1)
  })

  it('is a read for what an old schedule of a paused job delivers', async () => {
    const { job } = await world.create({ enabled: false })
    const order = await nextOrder(job.id)
    expect(await costOf(() => world.execute(order))).toMatchObject({ calls: ['Query'], writeUnits: 0 })
  })

  it('does not grow with the number of runs that are kept', async () => {
    const jobId = await warmJob()
    for (let run = 0; run < 30; run++) await world.execute(await nextOrder(jobId))
    const order = await nextOrder(jobId)
    expect(await costOf(() => world.execute(order))).toMatchObject({ readUnits: 1, writeUnits: 3 })
  })
})

describe('what a sweep costs', () => {
  it('is nothing to write where nothing is to be mended, and the second sweep need not look at finished runs', async () => {
    const jobId = await warmJob()
    await world.moveTo(world.clock.now() + 8 * MINUTE_MS)
    await world.sweep()
    const second = await costOf(() => world.sweep())
    expect(second.writeUnits).toBe(0)
    expect(second.calls.filter((call) => call === 'GetItem')).toEqual([])
    expect(await world.runs(jobId)).toHaveLength(1)
  })
})
