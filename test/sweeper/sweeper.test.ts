import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bulkStarted } from '../../lambdas/domain/audit/task-audit.ts'
import { JobDefinition } from '../../lambdas/domain/job/job.ts'
import { sweeperFunction } from '../../lambdas/sweeper/sweeper.ts'
import { createJob } from '../../lambdas/use-cases/create-job.ts'
import { bulkTask } from '../support/bulk-task.ts'
import { MINUTE_MS, startWorld, TENANT, type World } from '../support/world.ts'

const START = '2026-11-21T12:00:30Z'

let world: World
beforeEach(async () => {
  world = await startWorld(START)
})
afterEach(() => world.stop())

/** What the world is while EventBridge Scheduler answers nothing but errors. */
const withoutScheduler = () => {
  const refuse = async () => {
    throw new Error('ServiceUnavailable')
  }
  return { ...world.deps, schedules: { create: refuse, remove: refuse } }
}

const createPending = (fields: object = {}) =>
  createJob(withoutScheduler(), {
    tenant: TENANT,
    targets: {},
    definition: JobDefinition.parse({
      name: 'sync',
      cronExpression: '0 0 * * *',
      targetUrl: 'https://api.example.com/sync',
      ...fields,
    }),
  })

/** The line that one sweep writes. */
async function sweepLine(deps: Parameters<typeof sweeperFunction>[0] = world.deps): Promise<unknown> {
  await sweeperFunction(deps)()
  return world.logged.findLast(({ message }) => message === 'sweep')?.fields
}

const later = (minutes: number) => world.moveTo(world.clock.now() + minutes * MINUTE_MS)

describe('the sweeper', () => {
  it('reports a sweep with nothing to do', async () => {
    await world.create({ cronExpression: '0 0 * * *' })
    expect(await sweepLine()).toMatchObject({
      Stage: 'test',
      Sweeps: 1,
      SweepRepairs: 0,
      SweepFailures: 0,
      OldestPendingSeconds: 0,
    })
  })

  it('says how long the oldest job has waited for its schedules, as long as it waits', async () => {
    await createPending()
    await later(10)
    await createPending()
    await later(5)
    expect(await sweepLine(withoutScheduler())).toMatchObject({ SweepFailures: 2, OldestPendingSeconds: 15 * 60 })
    await later(5)
    expect(await sweepLine()).toMatchObject({ SweepRepairs: 2, SweepFailures: 0, OldestPendingSeconds: 20 * 60 })
    await later(5)
    expect(await sweepLine()).toMatchObject({ SweepRepairs: 0, OldestPendingSeconds: 0 })
  })

  it('says how long ago the oldest task began that has not ended, whoever works on it', async () => {
    const task = bulkTask({ tenant: TENANT, id: '01K8', action: 'pause' }, world.clock.now())
    await world.deps.tasks.beginBulk(task, [], bulkStarted(task))
    await later(10)
    expect(await sweepLine()).toMatchObject({ tasks: 1, OldestTaskSeconds: 10 * 60 })
    await later(10)
    await world.deps.tasks.save({ ...task, rev: 2, leaseUntil: world.clock.now() + MINUTE_MS })
    expect(await sweepLine()).toMatchObject({ tasks: 0, OldestTaskSeconds: 20 * 60 })
    await world.deps.tasks.save({ ...task, rev: 3, isDone: true })
    expect(await sweepLine()).toMatchObject({ tasks: 0, OldestTaskSeconds: 0 })
  })

  it('does not count a job that only waits for its last window to end', async () => {
    await createPending({ cronExpression: 'at(2026-11-21T12:05:00)' })
    await later(4)
    expect(await sweepLine(withoutScheduler())).toMatchObject({ OldestPendingSeconds: 4 * 60 })
    await later(4)
    expect(await sweepLine(withoutScheduler())).toMatchObject({ OldestPendingSeconds: 0 })
  })
})
