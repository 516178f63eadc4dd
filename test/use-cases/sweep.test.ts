import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { deleteJob, editJob } from '../../lambdas/domain/job/change-job.ts'
import { JobDefinition } from '../../lambdas/domain/job/job.ts'
import { type Activity, noActivity } from '../../lambdas/domain/run/activity.ts'
import { manualRunId, occurrenceRunId } from '../../lambdas/domain/run/run-id.ts'
import { createJob } from '../../lambdas/use-cases/create-job.ts'
import { type SweepDeps, type SweepReport, sweep } from '../../lambdas/use-cases/sweep.ts'
import { MINUTE_MS, startWorld, TENANT, type World } from '../support/world.ts'

const START = Date.parse('2026-11-21T12:00:30Z')
const DAILY = '0 0 * * *'
/** A job that nobody knows of, made long ago. */
const NOBODY = '01KAJ0000000000000000000AA'

let world: World
beforeEach(async () => {
  world = await startWorld(new Date(START).toISOString())
})
afterEach(() => world.stop())

const refuse = async () => {
  throw new Error('ServiceUnavailable')
}
/** What the world is while EventBridge Scheduler takes no changes. */
const withoutScheduler = (): SweepDeps & World['deps'] => ({
  ...world.deps,
  schedules: { create: refuse, remove: refuse },
})

const NOTHING: SweepReport = {
  jobs: 0,
  schedules: 0,
  removed: 0,
  synced: 0,
  restarted: 0,
  missed: 0,
  notices: 0,
  failures: 0,
  oldestPendingSeconds: 0,
}

/** A job without schedules, since none could be made. */
const createPending = (fields: object = {}) =>
  createJob(withoutScheduler(), {
    tenant: TENANT,
    targets: {},
    definition: JobDefinition.parse({
      name: 'sync',
      cronExpression: DAILY,
      targetUrl: 'https://api.example.com/sync',
      ...fields,
    }),
  })

const at = (ms: number) => world.moveTo(START + ms)
const rowOf = async (jobId: string) => (await world.deps.jobs.read(TENANT, jobId))?.job
const pause = (jobId: string) =>
  world.change(jobId, (job, now) => editJob(job, { ...job.definition, enabled: false }, now))

describe('schedules that no job explains', () => {
  const makeSchedule = (name: string) =>
    world.deps.schedules.create(
      {
        name,
        expression: 'cron(0 0 * * ? *)',
        timezone: 'UTC',
        startAt: undefined,
        endAt: undefined,
        flexMinutes: 0,
        windowSeconds: 60,
      },
      { tenant: TENANT, jobId: NOBODY, generation: 1 },
    )

  it('are removed, and those of jobs stay', async () => {
    const { job } = await world.create({ cronExpression: '0 9 1 * 1' })
    await makeSchedule(`${NOBODY}.1`)
    await makeSchedule(`${NOBODY}.2.b`)
    await makeSchedule(`${job.id}.7`)
    await at(10 * MINUTE_MS)
    expect(await world.sweep()).toEqual({ ...NOTHING, jobs: 1, schedules: 5, removed: 3 })
    expect(await world.scheduleNames()).toEqual([`${job.id}.1`, `${job.id}.1.b`])
  })

  it('stay while their job is too young to be listed for sure', async () => {
    const { job } = await world.create({ cronExpression: DAILY })
    await makeSchedule(`${job.id}.7`)
    const unlisted = { ...world.deps, jobs: { ...world.deps.jobs, every: async function* () {} } }
    await at(10 * MINUTE_MS - 1)
    expect(await sweep(unlisted)).toEqual({ ...NOTHING, schedules: 2 })
    await at(10 * MINUTE_MS)
    expect(await sweep(unlisted)).toEqual({ ...NOTHING, schedules: 2, removed: 2 })
  })

  it('stay when their name is none of ours', async () => {
    await makeSchedule('backup')
    await at(60 * MINUTE_MS)
    expect(await world.sweep()).toEqual(NOTHING)
    expect(await world.scheduleNames()).toEqual(['backup'])
  })

  it('are a failure each when they cannot be removed, and keep no other from it', async () => {
    await makeSchedule(`${NOBODY}.1`)
    await makeSchedule(`${NOBODY}.2`)
    const remove = async (name: string) => (name.endsWith('.1') ? refuse() : world.removeSchedule(name))
    const report = await sweep({ ...world.deps, schedules: { ...world.deps.schedules, remove } })
    expect(report).toEqual({ ...NOTHING, schedules: 2, removed: 1, failures: 1 })
    expect(world.logged).toEqual([
      {
        level: 'error',
        message: 'sweep failed for one',
        fields: { schedule: `${NOBODY}.1`, error: expect.objectContaining({ message: 'ServiceUnavailable' }) },
      },
    ])
  })
})

describe('a job out of step', () => {
  it('is left alone for a minute, which a request may still need, and then brought in step', async () => {
    const { job } = await createPending()
    await at(MINUTE_MS - 1)
    expect(await world.sweep()).toEqual({ ...NOTHING, jobs: 1, oldestPendingSeconds: 59 })
    await at(MINUTE_MS)
    expect(await world.sweep()).toEqual({ ...NOTHING, jobs: 1, synced: 1, oldestPendingSeconds: 60 })
    expect(await rowOf(job.id)).toMatchObject({ syncState: 'SYNCED' })
    expect(await world.scheduleNames()).toEqual([`${job.id}.1`])
  })

  it('is a failure when it stays so, and the oldest of them counts', async () => {
    await createPending()
    await at(2 * MINUTE_MS)
    await createPending()
    await at(5 * MINUTE_MS)
    const report = await sweep(withoutScheduler())
    expect(report).toEqual({ ...NOTHING, jobs: 2, failures: 2, oldestPendingSeconds: 300 })
  })

  it('is one whose schedule somebody removed', async () => {
    const { job } = await world.create({ cronExpression: '0 9 1 * 1' })
    await world.removeSchedule(`${job.id}.1.b`)
    await at(2 * MINUTE_MS)
    expect(await world.sweep()).toEqual({ ...NOTHING, jobs: 1, schedules: 1, synced: 1 })
    expect(await world.scheduleNames()).toEqual([`${job.id}.1`, `${job.id}.1.b`])
    expect(await world.sweep()).toEqual({ ...NOTHING, jobs: 1, schedules: 2 })
  })

  it('is left as it is when somebody changes it at that moment', async () => {
    const { job } = await world.create({ cronExpression: DAILY })
    await world.removeSchedule(`${job.id}.1`)
    await at(2 * MINUTE_MS)
    const report = await sweep({ ...world.deps, jobs: { ...world.deps.jobs, replace: async () => false } })
    expect(report).toEqual({ ...NOTHING, jobs: 1 })
    expect(await world.scheduleNames()).toEqual([])
  })

  it('says so in its row until it has been brought in step', async () => {
    const { job } = await world.create({ cronExpression: DAILY })
    await world.removeSchedule(`${job.id}.1`)
    await at(2 * MINUTE_MS)
    expect(await sweep(withoutScheduler())).toEqual({ ...NOTHING, jobs: 1, failures: 1 })
    expect(await rowOf(job.id)).toMatchObject({ syncState: 'PENDING', version: 1 })
  })

  it('is none that is paused and in step', async () => {
    const { job } = await world.create({ cronExpression: DAILY })
    await pause(job.id)
    await at(2 * MINUTE_MS)
    expect(await world.sweep()).toEqual({ ...NOTHING, jobs: 1 })
  })

  it('is one that is paused while its schedules are still there', async () => {
    const { job } = await world.create({ cronExpression: '*/5 * * * *' })
    const paused = editJob(job, { ...job.definition, enabled: false }, START)
    await world.deps.jobs.replace(paused, job.version)
    await at(9 * MINUTE_MS)
    world.orders.length = 0
    const report = await world.sweep()
    expect(report).toEqual({ ...NOTHING, jobs: 1, schedules: 1, synced: 1, oldestPendingSeconds: 540 })
    expect(await world.scheduleNames()).toEqual([])
    expect(world.orders).toEqual([])
  })

  it('keeps no other from being mended', async () => {
    const { job: bad } = await createPending()
    const { job: good } = await createPending()
    await at(2 * MINUTE_MS)
    const every = async function* () {
      for await (const row of world.deps.jobs.every()) {
        const { definition } = row.job
        yield row.job.id === bad.id
          ? { ...row, job: { ...row.job, definition: { ...definition, cronExpression: 'never' } } }
          : row
      }
    }
    const report = await sweep({ ...world.deps, jobs: { ...world.deps.jobs, every } })
    expect(report).toMatchObject({ jobs: 2, synced: 1, failures: 1 })
    expect(await world.scheduleNames()).toEqual([`${good.id}.1`])
    expect(world.logged).toContainEqual({
      level: 'error',
      message: 'sweep failed for one',
      fields: { jobId: bad.id, error: expect.objectContaining({ message: expect.stringContaining(bad.id) }) },
    })
  })
})

describe('what was planned while there was no schedule', () => {
  it('is recorded as missed once it is too late, and started from there on', async () => {
    const { job } = await createPending({ cronExpression: '*/5 * * * *' })
    await at(21 * MINUTE_MS)
    const report = await world.sweep()
    expect(report).toEqual({ ...NOTHING, jobs: 1, missed: 3, synced: 1, oldestPendingSeconds: 21 * 60 })
    expect((await world.runs(job.id)).map(({ status }) => status)).toEqual(['MISSED', 'MISSED', 'MISSED'])
    expect(world.orders).toMatchObject([{ kind: 'occurrence', plannedAt: '2026-11-21T12:20:00.000Z' }])
  })

  it('is taken up by the next sweep where it is more than one may write', async () => {
    const { job } = await createPending({ cronExpression: '* * * * *' })
    await at(1003 * MINUTE_MS)
    expect(await world.sweep()).toMatchObject({ missed: 1000, synced: 0, failures: 0 })
    expect(await rowOf(job.id)).toMatchObject({ syncState: 'PENDING' })
    expect(await world.sweep()).toMatchObject({ missed: 2, synced: 1 })
    expect(await rowOf(job.id)).toMatchObject({ syncState: 'SYNCED' })
  }, 60_000)
})

describe('a job with nothing left to fire', () => {
  /** Planned for 12:05, with a window of an hour. */
  const ONCE = { cronExpression: 'at(2026-11-21T12:05:00)' }

  it('is completed once its last window has ended', async () => {
    const { job } = await world.create(ONCE)
    await at(65 * MINUTE_MS - 30_001)
    await world.executeOrders()
    await world.removeSchedule(`${job.id}.1`)
    expect(await world.sweep()).toEqual({ ...NOTHING, jobs: 1 })
    expect(await rowOf(job.id)).toMatchObject({ desired: 'ACTIVE', version: 1 })
    await at(65 * MINUTE_MS - 30_000)
    expect(await world.sweep()).toEqual({ ...NOTHING, jobs: 1 })
    expect(await rowOf(job.id)).toMatchObject({ desired: 'COMPLETED', syncState: 'SYNCED', version: 2, generation: 2 })
  })

  it('is handed over late, and not waited for, when it never had a schedule', async () => {
    await createPending(ONCE)
    await at(6 * MINUTE_MS)
    expect(await world.sweep()).toEqual({ ...NOTHING, jobs: 1, synced: 1 })
    expect(world.orders).toMatchObject([{ kind: 'occurrence', plannedAt: '2026-11-21T12:05:00.000Z' }])
  })

  it('is recorded as missed and completed when even that is too late', async () => {
    const { job } = await createPending(ONCE)
    await at(65 * MINUTE_MS)
    expect(await world.sweep()).toEqual({ ...NOTHING, jobs: 1, missed: 1 })
    expect(await rowOf(job.id)).toMatchObject({ desired: 'COMPLETED', syncState: 'SYNCED' })
    expect(world.orders).toEqual([])
  })

  it('is not completed but brought in step when it is not active any more', async () => {
    const { job: paused } = await createPending(ONCE)
    const { job: deleted } = await createPending(ONCE)
    await world.deps.jobs.replace(editJob(paused, { ...paused.definition, enabled: false }, START), paused.version)
    await world.deps.jobs.replace(deleteJob(deleted, START), deleted.version)
    await at(65 * MINUTE_MS)
    expect(await world.sweep()).toMatchObject({ jobs: 2, missed: 0, synced: 2 })
    expect(await rowOf(paused.id)).toMatchObject({ desired: 'PAUSED', syncState: 'SYNCED' })
    expect(await rowOf(deleted.id)).toBeUndefined()
  })

  it('is left as it is when somebody changes it at that moment', async () => {
    const { job } = await createPending(ONCE)
    await at(65 * MINUTE_MS)
    const marked: unknown[] = []
    const markSynced = async (row: unknown) => marked.push(row) > 0
    await sweep({ ...world.deps, jobs: { ...world.deps.jobs, replace: async () => false, markSynced } })
    expect(await rowOf(job.id)).toMatchObject({ desired: 'ACTIVE' })
    expect(marked).toEqual([])
  })
})

describe('runs that broke off', () => {
  const NOON = Date.parse('2026-11-21T12:00:00Z')

  async function jobBusyWith(activity: (jobId: string) => Partial<Activity>) {
    const { job } = await world.create({ cronExpression: DAILY })
    await world.deps.ledger.save(TENANT, job.id, { ...noActivity, rev: 1, ...activity(job.id) })
    return job
  }
  const claim = (leaseUntil: number) => ({ token: 1, claimedAt: START, leaseUntil, version: 1 })

  it('are started again from the moment that their lease ends', async () => {
    const job = await jobBusyWith((id) => ({
      active: {
        [occurrenceRunId(id, NOON)]: claim(START + 1000),
        [manualRunId(id, NOON, 'AAAAAA')]: claim(START + 1000),
        [occurrenceRunId(id, NOON - 1000)]: claim(START + 1001),
      },
    }))
    await at(999)
    expect(await world.sweep()).toEqual({ ...NOTHING, jobs: 1, schedules: 1 })
    await at(1000)
    expect(await world.sweep()).toEqual({ ...NOTHING, jobs: 1, schedules: 1, restarted: 2 })
    expect(world.orders.toSorted((a, b) => b.kind.localeCompare(a.kind))).toEqual([
      { kind: 'occurrence', tenant: TENANT, jobId: job.id, plannedAt: '2026-11-21T12:00:00.000Z' },
      { kind: 'manual', tenant: TENANT, jobId: job.id, runId: manualRunId(job.id, NOON, 'AAAAAA') },
    ])
  })

  it('are started when they were promised, and nobody has taken them up within two minutes', async () => {
    const job = await jobBusyWith((id) => ({ queued: { [manualRunId(id, NOON, 'AAAAAA')]: START } }))
    await at(2 * MINUTE_MS)
    expect(await world.sweep()).toMatchObject({ restarted: 0 })
    await at(2 * MINUTE_MS + 1)
    expect(await world.sweep()).toMatchObject({ restarted: 1 })
    expect(world.orders).toEqual([
      { kind: 'manual', tenant: TENANT, jobId: job.id, runId: manualRunId(job.id, NOON, 'AAAAAA') },
    ])
  })

  it('are settled instead when they have a result, and then forgotten', async () => {
    const { job } = await world.create({ cronExpression: '*/5 * * * *' })
    await at(5 * MINUTE_MS)
    await world.executeOrders()
    const busy = (await world.deps.ledger.snapshot(TENANT, job.id))?.activity
    expect(Object.keys(busy?.active ?? {})).toHaveLength(1)
    await at(20 * MINUTE_MS)
    world.orders.length = 0
    expect(await world.sweep()).toMatchObject({ restarted: 0, failures: 0 })
    expect(world.orders).toEqual([])
    const settled = (await world.deps.ledger.snapshot(TENANT, job.id))?.activity
    const [lastGood] = Object.keys(busy?.active ?? {})
    expect(settled).toEqual({ ...busy, active: {}, lastGood, rev: (busy?.rev ?? 0) + 1 })
  })

  it('of a deleted job are settled as soon as they have a result, so that its row can go', async () => {
    const { job } = await world.create({ cronExpression: '*/5 * * * *' })
    await at(5 * MINUTE_MS)
    await world.executeOrders()
    const finished = occurrenceRunId(job.id, world.clock.now() - 30_000)
    const busy = (await world.deps.ledger.activity(TENANT, job.id))?.active ?? {}
    expect(Object.keys(busy)).toEqual([finished])
    const going = manualRunId(job.id, NOON, 'AAAAAA')
    const active = { [finished]: claim(START + 60 * MINUTE_MS), [going]: claim(START + 60 * MINUTE_MS) }
    const rev = (await world.deps.ledger.activity(TENANT, job.id))?.rev ?? 0
    await world.deps.ledger.save(TENANT, job.id, { ...noActivity, rev: rev + 1, active })
    expect(await world.sweep()).toMatchObject({ restarted: 0 })
    expect((await world.deps.ledger.activity(TENANT, job.id))?.active).toEqual(active)
    await world.deps.jobs.replace(deleteJob(job, world.clock.now()), job.version)
    expect(await world.sweep()).toMatchObject({ restarted: 0 })
    expect(Object.keys((await world.deps.ledger.activity(TENANT, job.id))?.active ?? {})).toEqual([going])
    expect(world.orders).toEqual([])
  })

  it('are not written about while there is nothing to settle', async () => {
    const job = await jobBusyWith((id) => ({ active: { [occurrenceRunId(id, NOON)]: claim(START) } }))
    const before = (await world.deps.ledger.snapshot(TENANT, job.id))?.activity
    expect(await world.sweep()).toMatchObject({ restarted: 1 })
    expect((await world.deps.ledger.snapshot(TENANT, job.id))?.activity).toEqual(before)
  })

  it('keep their job from being brought in step no more than others', async () => {
    const { job } = await createPending()
    await world.deps.ledger.save(TENANT, job.id, {
      ...noActivity,
      rev: 1,
      active: { [occurrenceRunId(job.id, NOON)]: claim(START) },
    })
    await at(2 * MINUTE_MS)
    const report = await sweep({ ...world.deps, starter: { start: refuse } })
    expect(report).toMatchObject({ synced: 1, failures: 1, restarted: 0 })
    expect(world.logged).toContainEqual({
      level: 'error',
      message: 'sweep failed for one',
      fields: { jobId: job.id, error: expect.objectContaining({ message: 'ServiceUnavailable' }) },
    })
  })
})

describe('what is still to be told', () => {
  const NOON = Date.parse('2026-11-21T12:00:00Z')
  const notice = { kinds: ['FAILURE' as const], failures: 1, tries: 0 }

  async function jobWithNotices() {
    const { job } = await world.create({ cronExpression: DAILY })
    const [first, second] = [occurrenceRunId(job.id, NOON), occurrenceRunId(job.id, NOON + 1000)]
    await world.deps.ledger.save(TENANT, job.id, {
      ...noActivity,
      rev: 1,
      notices: { [second]: { ...notice, notBefore: 0 }, [first]: { ...notice, notBefore: START + 1000 } },
    })
    return { job, first, second }
  }

  it('is handed over from the moment that it is due, and stays until it is told', async () => {
    const { job, first, second } = await jobWithNotices()
    const order = (runId: string) => ({ kind: 'notify', tenant: TENANT, jobId: job.id, runId })
    await at(999)
    expect(await world.sweep()).toEqual({ ...NOTHING, jobs: 1, schedules: 1, notices: 1 })
    expect(world.orders).toEqual([order(second)])
    world.orders.length = 0
    await at(1000)
    expect(await world.sweep()).toMatchObject({ notices: 2 })
    expect(world.orders).toEqual([order(first), order(second)])
  })

  it('keeps nothing else from being mended where it cannot be handed over', async () => {
    const { job } = await jobWithNotices()
    await createPending()
    await at(2 * MINUTE_MS)
    const report = await sweep({ ...world.deps, starter: { start: refuse } })
    expect(report).toMatchObject({ notices: 0, failures: 1, synced: 1 })
    expect(world.logged).toContainEqual({
      level: 'error',
      message: 'sweep failed for one',
      fields: { jobId: job.id, error: expect.objectContaining({ message: 'ServiceUnavailable' }) },
    })
  })
})

describe('the places of hosts', () => {
  it('are a failure of their own where they cannot be tended', async () => {
    await world.create({ cronExpression: DAILY })
    const hostRegister = { ...world.deps.hostRegister, every: async function* () {}, correct: refuse }
    const report = await sweep({ ...world.deps, hostRegister })
    expect(report).toEqual({ ...NOTHING, jobs: 1, schedules: 1, failures: 1 })
    expect(world.logged).toEqual([
      {
        level: 'error',
        message: 'sweep failed for one',
        fields: { what: 'hosts', error: expect.objectContaining({ message: 'ServiceUnavailable' }) },
      },
    ])
  })
})
