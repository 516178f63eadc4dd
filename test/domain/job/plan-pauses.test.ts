import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completeJob, deleteJob, editJob, newJob } from '../../../lambdas/domain/job/change-job.ts'
import { type Job, JobDefinition } from '../../../lambdas/domain/job/job.ts'
import { planPauses } from '../../../lambdas/domain/job/plan-pauses.ts'

const NOW = Date.parse('2026-11-21T12:00:30Z')
const roomy = { jobs: 100, runsPerDay: 1_000_000, minimumIntervalSeconds: 60, timeoutMs: 300_000 }

let made = 0
function job(fields: Partial<JobDefinition> = {}): Job {
  const id = `01JXAMPE00${String(made++).padStart(16, '0')}`
  const definition = JobDefinition.parse({
    name: id,
    cronExpression: '@hourly',
    targetUrl: 'https://api.example.com/',
    ...fields,
  })
  return newJob({ tenant: 't', id, plan: 'FREE', definition }, NOW)
}

const pausesOf = (jobs: readonly Job[], limits: Partial<typeof roomy>) =>
  planPauses(jobs, 'SMALL', { ...roomy, ...limits }, NOW)

describe('what a smaller plan pauses', () => {
  it('is nothing where everything fits', () => {
    expect(pausesOf([job(), job()], { jobs: 2, runsPerDay: 48 })).toEqual([])
  })

  it('is the newest jobs, until as many are left as it allows', () => {
    const jobs = [job(), job(), job(), job()]
    const pauses = pausesOf(jobs, { jobs: 2 })
    expect(pauses.map((pause) => pause.job)).toEqual([jobs[3], jobs[2]])
    expect(pauses[0]?.reason).toBe('The plan SMALL allows 2 active jobs, and the older ones come first.')
  })

  it('does not count what is paused, complete or deleted already', () => {
    const jobs = [job(), job({ enabled: false }), deleteJob(job(), NOW), job()]
    expect(pausesOf(jobs, { jobs: 2 })).toEqual([])
  })

  it('is the newest jobs, until the rest plans no more runs a day than it allows', () => {
    const jobs = [job(), job(), job({ cronExpression: '0 8 * * *' })]
    const pauses = pausesOf(jobs, { runsPerDay: 47 })
    expect(pauses.map((pause) => pause.job)).toEqual([jobs[2], jobs[1]])
    expect(pauses[0]?.reason).toBe('The plan SMALL allows 47 planned runs a day, and the older jobs come first.')
  })

  it.each([
    ['timeout', { timeout: 20_000 }, { timeoutMs: 10_000 }, '/timeout is 20000 ms; the plan SMALL allows 10000 ms.'],
    [
      'schedule',
      { cronExpression: '*/5 * * * *' },
      { minimumIntervalSeconds: 900 },
      '/cronExpression fires every 300 s; the plan SMALL allows one run every 900 s.',
    ],
  ])(
    'is every job whose %s it does not allow, old ones too, and nothing is clamped',
    (_what, fields, limits, reason) => {
      const jobs = [job(fields), job()]
      const pauses = pausesOf(jobs, { timeoutMs: 30_000, ...limits })
      expect(pauses).toEqual([
        { job: jobs[0], reason },
        ...('timeoutMs' in limits ? [{ job: jobs[1], reason: expect.any(String) }] : []),
      ])
    },
  )

  it('makes room for an older job by what is not allowed anyway', () => {
    const jobs = [job({ timeout: 60_000 }), job({ timeout: 1000 }), job({ timeout: 1000 })]
    expect(pausesOf(jobs, { jobs: 2, timeoutMs: 30_000 }).map((pause) => pause.job)).toEqual([jobs[0]])
  })

  it('pauses the newest of those that it does allow', () => {
    const jobs = [job(), job({ timeout: 60_000 }), job(), job()]
    const pauses = pausesOf(
      jobs.map((each) => (each === jobs[1] ? each : { ...each, definition: { ...each.definition, timeout: 1000 } })),
      { jobs: 2, timeoutMs: 30_000 },
    )
    expect(pauses.map((pause) => pause.job.id)).toEqual([jobs[1]?.id, jobs[3]?.id])
  })

  it('takes a job of an older form for one that plans nothing', () => {
    const { load: _, ...older } = job()
    const jobs = [job(), older]
    expect(pausesOf(jobs, { runsPerDay: 24 })).toEqual([])
    expect(pausesOf(jobs, { runsPerDay: 23 }).map((pause) => pause.job)).toEqual([jobs[1], jobs[0]])
  })

  it('always leaves what fits, and no more than needed is paused', () => {
    const many = fc.array(fc.constantFrom('* * * * *', '*/30 * * * *', '@daily'), { maxLength: 8 })
    const limits = fc.record({ jobs: fc.integer({ min: 0, max: 8 }), runsPerDay: fc.integer({ min: 0, max: 5000 }) })
    fc.assert(
      fc.property(many, limits, (expressions, limit) => {
        const jobs = expressions.map((cronExpression) => job({ cronExpression }))
        const paused = new Set(pausesOf(jobs, limit).map((pause) => pause.job))
        const left = jobs.filter((each) => !paused.has(each))
        const fits = (some: readonly Job[]) =>
          some.length <= limit.jobs &&
          some.reduce((sum, { load }) => sum + (load?.runsPerDay ?? 0), 0) <= limit.runsPerDay
        expect(fits(left)).toBe(true)
        expect(left).toEqual(jobs.slice(0, left.length))
        if (paused.size > 0) expect(fits(jobs.slice(0, left.length + 1))).toBe(false)
      }),
    )
  })
})

describe('what a job adds to its account', () => {
  it('is itself and its runs a day while it is active, and nothing while it is paused', () => {
    const active = job()
    expect(active.load).toEqual({ activeJobs: 1, runsPerDay: 24, completedJobs: 0 })
    const paused = editJob(active, { ...active.definition, enabled: false }, NOW)
    expect(completeJob(active, NOW).load).toEqual({ activeJobs: 0, runsPerDay: 0, completedJobs: 1 })
    expect(paused).toMatchObject({ load: { activeJobs: 0, runsPerDay: 0 }, counted: { activeJobs: 1, runsPerDay: 24 } })
  })
})
