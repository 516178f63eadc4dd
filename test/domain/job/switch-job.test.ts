import { describe, expect, it } from 'vitest'
import { planLimits } from '../../../lambdas/domain/account/plan.ts'
import { completeJob, disabledJob, editJob, newJob, planPausedJob } from '../../../lambdas/domain/job/change-job.ts'
import { type Job, JobDefinition } from '../../../lambdas/domain/job/job.ts'
import { jobExcesses } from '../../../lambdas/domain/job/plan-fit.ts'
import { pausedJob, resumedJob } from '../../../lambdas/domain/job/switch-job.ts'

const NOW = Date.parse('2026-11-21T12:00:30Z')
const LATER = NOW + 60_000

const job = (fields: object = {}): Job => {
  const definition = JobDefinition.parse({
    name: 'sync',
    cronExpression: '*/5 * * * *',
    targetUrl: 'https://api.example.com/',
    ...fields,
  })
  return newJob({ tenant: 't', plan: 'FREE', id: '01JXAMPE00000000000000000K', definition }, NOW)
}
const paused = (of = job()) => editJob(of, { ...of.definition, enabled: false }, NOW)

describe('pausing a job', () => {
  it('is an edit that says no more than that', () => {
    const active = job()
    expect(pausedJob(active, LATER)).toEqual(editJob(active, { ...active.definition, enabled: false }, LATER))
  })

  it('that is paused changes nothing', () => {
    const already = paused()
    expect(pausedJob(already, LATER)).toBe(already)
  })

  it('that has completed pauses it all the same', () => {
    expect(pausedJob(completeJob(job(), NOW), LATER)).toMatchObject({
      desired: 'PAUSED',
      definition: { enabled: false },
    })
    expect(pausedJob({ ...paused(), desired: 'COMPLETED' }, LATER)).toMatchObject({ desired: 'PAUSED' })
  })
})

describe('resuming a job', () => {
  it('is an edit that says no more than that', () => {
    const before = paused()
    expect(resumedJob(before, LATER)).toEqual(editJob(before, { ...before.definition, enabled: true }, LATER))
  })

  it('that is active changes nothing', () => {
    const active = job()
    expect(resumedJob(active, LATER)).toBe(active)
  })

  it.each([
    ['has completed', completeJob(job(), NOW)],
    ['was disabled', disabledJob(job(), { code: 'FAILURES', message: 'Five runs failed in a row.' }, NOW)],
    ['its plan paused', planPausedJob(job(), 'The plan SMALL allows 2 active jobs.', NOW)],
  ])('that %s makes it active again, and it says so no more', (_, before) => {
    const resumed = resumedJob(before, LATER)
    expect(resumed).toMatchObject({ desired: 'ACTIVE', definition: { enabled: true }, since: LATER })
    expect(resumed.disabled ?? resumed.paused).toBeUndefined()
  })

  it('that its plan no longer allows is refused', () => {
    const tooLong = paused(job({ timeout: 300_000 }))
    const written = { ...tooLong, definition: { ...tooLong.definition, timeout: 300_001 } }
    expect(() => resumedJob(written, LATER)).toThrow(
      expect.objectContaining({
        code: 'plan-limit',
        message: '/timeout: is 300001 ms; the plan FREE allows 300000 ms',
      }),
    )
  })
})

describe('what of a job a plan does not allow', () => {
  const limits = { minimumIntervalSeconds: 300, timeoutMs: 10_000 }
  const every = (shortestIntervalSeconds: number) => () => ({ shortestIntervalSeconds })

  it('is never its schedule where the plan takes any: none fires more than once a minute', () => {
    const load = () => expect.unreachable()
    expect(jobExcesses({ timeout: 10_000 }, load, 'ANY', { ...limits, minimumIntervalSeconds: 60 })).toEqual([])
    const [excess] = jobExcesses({ timeout: 10_000 }, every(60), 'FEW', { ...limits, minimumIntervalSeconds: 61 })
    expect(excess).toMatchObject({ limit: 'minimumIntervalSeconds', value: 60 })
  })

  it('is nothing at its limits', () => {
    expect(jobExcesses({ timeout: 10_000 }, every(300), 'SMALL', limits)).toEqual([])
    expect(jobExcesses({ timeout: 300_000 }, every(60), 'FREE', planLimits.FREE)).toEqual([])
  })

  it('is each thing beyond them, with the field to blame', () => {
    expect(jobExcesses({ timeout: 10_001 }, every(299), 'SMALL', limits)).toEqual([
      {
        limit: 'minimumIntervalSeconds',
        value: 299,
        allowed: 300,
        pointer: '/cronExpression',
        detail: 'fires every 299 s; the plan SMALL allows one run every 300 s',
      },
      {
        limit: 'timeoutMs',
        value: 10_001,
        allowed: 10_000,
        pointer: '/timeout',
        detail: 'is 10001 ms; the plan SMALL allows 10000 ms',
      },
    ])
  })
})
