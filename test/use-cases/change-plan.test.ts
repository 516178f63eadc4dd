import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { UserCaller } from '../../lambdas/domain/account/caller.ts'
import { planLimits } from '../../lambdas/domain/account/plan.ts'
import { deleteJob, editJob } from '../../lambdas/domain/job/change-job.ts'
import { jobView } from '../../lambdas/domain/job/job-view.ts'
import { pausedJob, resumedJob } from '../../lambdas/domain/job/switch-job.ts'
import { changePlan } from '../../lambdas/use-cases/change-plan.ts'
import { finishPlanChanges } from '../../lambdas/use-cases/finish-plan-changes.ts'
import { redefineJob } from '../../lambdas/use-cases/redefine-job.ts'
import { answered, MINUTE_MS, startWorld, TENANT, type World } from '../support/world.ts'

const caller: UserCaller = { kind: 'user', tenant: TENANT, username: 'ada', role: 'USER', accessToken: '' }
const profile = { userId: TENANT, email: 'ada@example.com', name: null, createdAt: '2026-11-21T12:00:00.000Z' }

let world: World
beforeEach(async () => {
  world = await startWorld('2026-11-21T12:00:30Z')
})
afterEach(() => world.stop())

const change = (plan: 'FREE' | 'PREMIUM' | 'PRO') =>
  changePlan({ ...world.deps, identity: { readProfile: async () => profile } }, caller, plan)
const account = () => world.deps.accounts.read(TENANT)
const read = async (jobId: string) => {
  const snapshot = await world.deps.jobs.read(TENANT, jobId)
  if (!snapshot) throw new Error('no such job')
  return snapshot
}
const view = async (jobId: string) => jobView(await read(jobId), world.clock.now())
/** Jobs of other days count as if they were there: making a thousand takes too long. */
const pretend = (counted: { activeJobs?: number; runsPerDay?: number; jobs?: number }) =>
  world.setAccount(TENANT, counted)

describe('the account', () => {
  it('counts active jobs and their planned runs, however they come and go', async () => {
    const { job } = await world.create()
    await world.create({ cronExpression: '@hourly', enabled: false })
    expect(await account()).toEqual({ plan: 'FREE', jobs: 2, activeJobs: 1, runsPerDay: 288, completedJobs: 0 })
    await world.change(job.id, (before, now) =>
      editJob(before, { ...before.definition, cronExpression: '@hourly' }, now),
    )
    expect(await account()).toMatchObject({ activeJobs: 1, runsPerDay: 24 })
    await world.change(job.id, (before, now) => editJob(before, { ...before.definition, name: 'renamed' }, now))
    await world.change(job.id, pausedJob)
    expect(await account()).toMatchObject({ jobs: 2, activeJobs: 0, runsPerDay: 0 })
    await world.change(job.id, resumedJob)
    expect(await account()).toMatchObject({ activeJobs: 1, runsPerDay: 24 })
    await world.change(job.id, deleteJob)
    expect(await account()).toEqual({ plan: 'FREE', jobs: 1, activeJobs: 0, runsPerDay: 0, completedJobs: 0 })
  })

  it('counts right however many are changed at once', async () => {
    const jobs = await Promise.all(Array.from({ length: 8 }, () => world.create()))
    await Promise.all(jobs.map(({ job }, n) => world.change(job.id, n % 2 ? pausedJob : resumedJob)))
    expect(await account()).toEqual({ plan: 'FREE', jobs: 8, activeJobs: 4, runsPerDay: 4 * 288, completedJobs: 0 })
  })

  it('is not charged for a job that has run out', async () => {
    const { job } = await world.create({ cronExpression: 'at(2026-11-21T12:05:00)' })
    await world.moveTo('2026-11-21T12:05:01Z')
    await world.executeOrders()
    await world.moveTo(world.clock.now() + 90 * MINUTE_MS)
    await world.sweep()
    expect((await read(job.id)).job.desired).toBe('COMPLETED')
    expect(await account()).toMatchObject({ jobs: 1, activeJobs: 0, runsPerDay: 0, completedJobs: 1 })
  })
})

describe('a plan that is full', () => {
  const { jobs, runsPerDay } = planLimits.FREE

  it('takes no further job, and says which limit it is', async () => {
    await pretend({ jobs })
    await expect(world.create()).rejects.toMatchObject({
      code: 'plan-limit',
      facts: { limit: 'jobs', value: jobs + 1, allowed: jobs, plan: 'FREE' },
    })
  })

  it('takes no job with more runs a day than are left, but one with fewer or none', async () => {
    await pretend({ runsPerDay: runsPerDay - 24 })
    await expect(world.create()).rejects.toMatchObject({
      facts: { limit: 'runsPerDay', value: runsPerDay - 24 + 288, allowed: runsPerDay, plan: 'FREE' },
    })
    await world.create({ enabled: false })
    await world.create({ cronExpression: '@hourly' })
    expect((await account()).runsPerDay).toBe(runsPerDay)
  })

  it('holds when many jobs are created at once', async () => {
    await pretend({ jobs: jobs - 3, activeJobs: jobs - 3 })
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => world.create()))
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect((await account()).jobs).toBe(jobs)
  })

  it('lets a job be edited and paused, but not fire more often or be resumed', async () => {
    const { job } = await world.create()
    const other = await world.create({ enabled: false })
    await pretend({ activeJobs: jobs, runsPerDay })
    await world.change(job.id, (before, now) => editJob(before, { ...before.definition, name: 'renamed' }, now))
    const tightened = world.change(job.id, (before, now) =>
      editJob(before, { ...before.definition, cronExpression: '* * * * *' }, now),
    )
    await expect(tightened).rejects.toMatchObject({ facts: { limit: 'runsPerDay', value: runsPerDay + 1152 } })
    const resumed = world.change(other.job.id, resumedJob)
    await expect(resumed).rejects.toMatchObject({ code: 'plan-limit', facts: { limit: 'jobs', value: jobs + 1 } })
    expect((await read(job.id)).job.definition).toMatchObject({ name: 'renamed', cronExpression: '*/5 * * * *' })
    await world.change(job.id, pausedJob)
    expect(await account()).toMatchObject({ activeJobs: jobs - 1, runsPerDay: runsPerDay - 288 })
  })
})

describe('a plan with limits for single jobs', () => {
  const tight = { minimumIntervalSeconds: 3600, timeoutMs: 20_000 }
  const interval = { limit: 'minimumIntervalSeconds', value: 300, allowed: 3600, plan: 'FREE' }
  const faults = [
    {
      pointer: '/cronExpression',
      detail: 'fires every 300 s; the plan FREE allows one run every 3600 s',
    },
    { pointer: '/timeout', detail: 'is 30000 ms; the plan FREE allows 20000 ms' },
  ]
  const refused = { code: 'plan-limit', facts: interval, faults }

  it('names the fields of a new job, of an edit and of a job to be resumed that it does not allow', async () => {
    const { job } = await world.create({ enabled: false })
    await withLimits(tight, async () => {
      await expect(world.create()).rejects.toMatchObject(refused)
      const renamed = redefineJob(world.deps, {
        tenant: TENANT,
        jobId: job.id,
        ifMatch: undefined,
        targets: {},
        definition: (before) => ({ ...before.definition, name: 'renamed' }),
      })
      await expect(renamed).rejects.toMatchObject(refused)
      await expect(world.change(job.id, resumedJob)).rejects.toMatchObject(refused)
      await world.create({ cronExpression: '@hourly', timeout: 20_000 })
    })
  })

  it('pauses at a downgrade what fires too often, and says so', async () => {
    await change('PRO')
    const often = await world.create({ timeout: 20_000 })
    const seldom = await world.create({ timeout: 20_000, cronExpression: '@hourly' })
    await withLimits(tight, () => change('FREE'))
    expect(await view(often.job.id)).toMatchObject({
      status: 'PAUSED',
      cronExpression: '*/5 * * * *',
      pausedReason: {
        code: 'PLAN_LIMIT',
        message: '/cronExpression fires every 300 s; the plan FREE allows one run every 3600 s.',
      },
    })
    expect(await view(seldom.job.id)).toMatchObject({ status: 'ACTIVE', pausedReason: null })
  })
})

describe('another plan', () => {
  it('is answered with the account as it now is', async () => {
    await world.create()
    expect(await change('PRO')).toEqual({
      ...profile,
      plan: 'PRO',
      role: 'USER',
      usage: { jobs: 1, jobLimit: 100_000, activeJobs: 1, runsPerDay: 288, runsPerDayLimit: 72_000_000 },
    })
  })

  it('is known to every job, without a new version, so that runs are kept as long as it says', async () => {
    const { job } = await world.create()
    await change('PRO')
    expect((await read(job.id)).job).toMatchObject({ plan: 'PRO', version: 1, generation: 1 })
    await world.moveTo('2026-11-21T12:05:00.400Z')
    await world.executeOrders()
    const [run] = await world.runs(job.id)
    expect(run?.expiresAt).toBe(Date.parse('2026-12-21T12:05:00Z') + 60 * 86_400_000)
  })

  it('is not lost to an edit that began before it', async () => {
    const { job } = await world.create()
    let isFirst = true
    await world.change(job.id, async (before, now) => {
      if (isFirst) await change('PRO')
      isFirst = false
      return editJob(before, { ...before.definition, name: 'renamed' }, now)
    })
    expect((await read(job.id)).job).toMatchObject({ plan: 'PRO', definition: { name: 'renamed' } })
  })

  it('ends no run that waits for its next attempt', async () => {
    const { job } = await world.create({ retryDelaySeconds: 60 })
    world.target.answer = async () => answered(500)
    await world.moveTo('2026-11-21T12:05:00.400Z')
    await world.executeOrders()
    const [parked] = world.postponed.splice(0)
    await change('PREMIUM')
    world.target.answer = async () => answered(200)
    await world.moveTo(parked?.at ?? 0)
    await world.execute(parked?.order)
    expect(await world.runs(job.id)).toMatchObject([{ status: 'SUCCEEDED', attempts: [{}, {}] }])
  })
})

describe('a smaller plan', () => {
  const { jobs } = planLimits.FREE

  /** The newest two jobs of four are one too many each. */
  async function overFull() {
    await change('PRO')
    const ids: string[] = []
    for (let n = 0; n < 4; n++) {
      await world.moveTo(world.clock.now() + 1000)
      ids.push((await world.create({ timeout: 30_000 })).job.id)
    }
    return ids
  }

  it('pauses nothing that it has room for, and deletes nothing', async () => {
    const ids = await overFull()
    expect((await change('FREE')).usage).toMatchObject({ jobs: 4, jobLimit: jobs, activeJobs: 4 })
    for (const id of ids) expect(await view(id)).toMatchObject({ status: 'ACTIVE', pausedReason: null })
  })

  it('pauses the newest jobs that it has no room for, takes their schedules away and says why', async () => {
    const ids = await overFull()
    const { usage } = await withLimits({ jobs: 2 }, () => change('FREE'))
    expect(usage).toMatchObject({ jobs: 4, activeJobs: 2, runsPerDay: 2 * 288 })
    for (const id of ids.slice(0, 2)) expect(await view(id)).toMatchObject({ status: 'ACTIVE', pausedReason: null })
    for (const id of ids.slice(2)) {
      expect(await view(id)).toMatchObject({
        status: 'PAUSED',
        enabled: false,
        syncState: 'SYNCED',
        nextRunAt: null,
        disabledReason: null,
        pausedReason: {
          code: 'PLAN_LIMIT',
          message: 'The plan FREE allows 2 active jobs, and the older ones come first.',
          at: '2026-11-21T12:00:34.000Z',
        },
      })
    }
    expect((await world.scheduleNames()).toSorted()).toEqual(ids.slice(0, 2).map((id) => `${id}.1`))
  })

  it('pauses jobs that it does not allow, whatever their age, and changes nothing of them', async () => {
    const ids = await overFull()
    await withLimits({ timeoutMs: 20_000 }, () => change('FREE'))
    for (const id of ids) {
      expect(await view(id)).toMatchObject({ status: 'PAUSED', timeout: 30_000, cronExpression: '*/5 * * * *' })
    }
    expect((await view(ids[0] ?? '')).pausedReason?.message).toContain('/timeout is 30000 ms')
    const resumed = withLimits({ timeoutMs: 20_000 }, () => world.change(ids[0] ?? '', resumedJob))
    await expect(resumed).rejects.toMatchObject({ facts: { limit: 'timeoutMs', value: 30_000, allowed: 20_000 } })
  })

  it('resumes nothing when it is given up again; its owner does', async () => {
    const [, second = ''] = await overFull()
    await withLimits({ jobs: 1 }, () => change('FREE'))
    await change('PRO')
    expect(await view(second)).toMatchObject({ status: 'PAUSED', pausedReason: { code: 'PLAN_LIMIT' } })
    await world.change(second, resumedJob)
    expect(await view(second)).toMatchObject({ status: 'ACTIVE', pausedReason: null })
  })

  it('says no more why once its owner has touched the job', async () => {
    const [, second = ''] = await overFull()
    await withLimits({ jobs: 1 }, () => change('FREE'))
    await world.change(second, (before, now) => editJob(before, { ...before.definition, name: 'mine' }, now))
    expect(await view(second)).toMatchObject({ status: 'PAUSED', pausedReason: null })
  })

  it('that breaks off anywhere is finished by the sweeper', async () => {
    for (let crashAt = 0; ; crashAt++) {
      const ids = await overFull()
      let step = 0
      const crashing = async <T>(act: () => Promise<T>): Promise<T> => {
        if (step++ === crashAt) throw new Error('the function ended')
        return act()
      }
      const { plans, jobs: store } = world.deps
      const deps = {
        ...world.deps,
        identity: { readProfile: async () => profile },
        plans: {
          ...plans,
          adopt: (...args: Parameters<typeof plans.adopt>) => crashing(() => plans.adopt(...args)),
          finish: (...args: Parameters<typeof plans.finish>) => crashing(() => plans.finish(...args)),
        },
        jobs: {
          ...store,
          replace: (...args: Parameters<typeof store.replace>) => crashing(() => store.replace(...args)),
        },
      }
      const outcome = await withLimits({ jobs: 2 }, () => changePlan(deps, caller, 'FREE')).catch(() => 'crashed')
      expect(await withLimits({ jobs: 2 }, () => finishPlanChanges(world.deps))).toBe(0)
      expect(await Array.fromAsync(plans.unfinished())).toEqual([])
      const views = await Promise.all(ids.map(view))
      expect(views.filter(({ status }) => status === 'ACTIVE').length).toBeLessThanOrEqual(2)
      for (const id of ids) expect((await read(id)).job.plan).toBe('FREE')
      expect((await account()).activeJobs).toBe(2)
      if (outcome !== 'crashed') break
      await world.stop()
      world = await startWorld('2026-11-21T12:00:30Z')
    }
  })

  it('is left unfinished when there is no time, and goes on from there', async () => {
    await overFull()
    const late = { ...world.deps, identity: { readProfile: async () => profile }, clock: ticking(20_000) }
    await changePlan(late, caller, 'FREE')
    expect(await Array.fromAsync(world.deps.plans.unfinished())).toEqual([TENANT])
    expect(await finishPlanChanges(world.deps)).toBe(0)
    expect(await Array.fromAsync(world.deps.plans.unfinished())).toEqual([])
  })

  it('that cannot be finished is counted and logged, and stays to be done', async () => {
    await world.deps.plans.change(TENANT, 'PRO')
    const ofTenant = (): never => {
      throw new Error('no table')
    }
    const broken = { ...world.deps, tenantJobs: { ofTenant } }
    expect(await finishPlanChanges(broken)).toBe(1)
    expect(world.logged.at(-1)).toMatchObject({ level: 'error', message: 'a change of plan could not be finished' })
    expect(await Array.fromAsync(world.deps.plans.unfinished())).toEqual([TENANT])
  })
})

/** A clock on which time flies. */
function ticking(stepMs: number) {
  let now = world.clock.now()
  return () => (now += stepMs)
}

/** Another table of limits for the plan FREE, as long as something is done. */
async function withLimits<T>(limits: Partial<typeof planLimits.FREE>, act: () => Promise<T>): Promise<T> {
  const table = planLimits as { FREE: typeof planLimits.FREE }
  const before = table.FREE
  table.FREE = { ...before, ...limits }
  try {
    return await act()
  } finally {
    table.FREE = before
  }
}
