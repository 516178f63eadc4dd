import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editJob } from '../../../lambdas/domain/job/change-job.ts'
import type { Job } from '../../../lambdas/domain/job/job.ts'
import { nextRunAt } from '../../../lambdas/domain/job/job-schedule.ts'
import { nextRunMemory } from '../../../lambdas/domain/job/next-run-memory.ts'
import { someJob } from '../../contracts/job-store.ts'

const START = Date.parse('2026-11-21T12:00:30Z')
const EXPRESSIONS = [
  '*/5 * * * *',
  '0 2 * * *',
  'rate(7 minutes)',
  ' rate(9 minutes)',
  'at(2026-11-21T18:00:00)',
  '0 0 29 2 *',
]

const paused = (job: Job) => editJob(job, { ...job.definition, enabled: false }, START)

const jobsWith = (cronExpression: string): readonly Job[] => [
  someJob('tenant', { cronExpression }),
  someJob('tenant', { cronExpression, timezone: 'Asia/Kolkata' }),
  someJob('tenant', { cronExpression, endAt: '2026-11-21T12:20:00Z' }),
  someJob('tenant', { cronExpression, startAt: '2026-11-21T12:10:00Z' }),
  { ...someJob('tenant', { cronExpression }), since: START + 190_000 },
  paused(someJob('tenant', { cronExpression })),
]

describe('the memory of next runs', () => {
  it('says at any moment, in any order, what is worked out anew', () => {
    const soon = fc.integer({ min: 0, max: 60 }).map((halfMinutes) => halfMinutes * 30_000)
    const later = fc.oneof({ weight: 9, arbitrary: soon }, fc.integer({ min: 0, max: 2 * 86_400_000 }))
    const questions = fc
      .constantFrom(...EXPRESSIONS.map(jobsWith))
      .chain((jobs) => fc.array(fc.tuple(fc.constantFrom(...jobs), later), { minLength: 10, maxLength: 40 }))
    fc.assert(
      fc.property(questions, (asked) => {
        const nextRun = nextRunMemory()
        for (const [job, ms] of asked) expect(nextRun(job, START + ms)).toBe(nextRunAt(job, START + ms))
      }),
    )
  })

  it.each([
    ['*/5 * * * *', '2026-11-21T12:05:00Z'],
    ['at(2026-11-21T12:02:00)', '2026-11-22T12:02:00Z'],
  ])('works out the next run of %s once, and for all jobs like it', (cronExpression, until) => {
    let looks = 0
    const watched = (job: Job) => ({
      ...job,
      get definition() {
        looks++
        return job.definition
      },
    })
    const [first, second] = [1, 2].map(() => watched(someJob('tenant', { cronExpression })))
    const looksFor = (ask: () => unknown) => {
      looks = 0
      ask()
      return looks
    }
    const nextRun = nextRunMemory()
    const begun = Date.parse('2026-11-21T12:02:00Z')
    const anew = looksFor(() => first && nextRun(first, begun))
    const known = looksFor(() => first && nextRun(first, begun))
    expect(known).toBeLessThan(anew)
    expect(looksFor(() => second && nextRun(second, Date.parse(until) - 1))).toBe(known)
    expect(looksFor(() => second && nextRun(second, begun - 1))).toBe(anew)
  })
})
