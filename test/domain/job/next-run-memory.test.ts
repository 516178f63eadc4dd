import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editJob } from '../../../lambdas/domain/job/change-job.ts'
import type { Job } from '../../../lambdas/domain/job/job.ts'
import { nextRunAt } from '../../../lambdas/domain/job/job-schedule.ts'
import { nextRunMemory } from '../../../lambdas/domain/job/next-run-memory.ts'
import { someJob } from '../../contracts/job-store.ts'

const START = Date.parse('2026-11-21T12:00:30Z')
const EXPRESSIONS = ['*/5 * * * *', '0 2 * * *', 'rate(7 minutes)', 'at(2026-11-21T18:00:00)', '0 0 29 2 *']

const paused = (job: Job) => editJob(job, { ...job.definition, enabled: false }, START)

const jobs = EXPRESSIONS.flatMap((cronExpression) => [
  someJob('tenant', { cronExpression }),
  someJob('tenant', { cronExpression, timezone: 'Asia/Kolkata' }),
  someJob('tenant', { cronExpression, endAt: '2026-11-22T00:00:00Z' }),
  { ...someJob('tenant', { cronExpression }), since: START + 190_000 },
  paused(someJob('tenant', { cronExpression })),
])

describe('the memory of next runs', () => {
  it('says at any moment, in any order, what is worked out anew', () => {
    const question = fc.tuple(fc.constantFrom(...jobs), fc.integer({ min: 0, max: 2 * 86_400_000 }))
    fc.assert(
      fc.property(fc.array(question, { maxLength: 40 }), (questions) => {
        const nextRun = nextRunMemory()
        for (const [job, later] of questions) expect(nextRun(job, START + later)).toBe(nextRunAt(job, START + later))
      }),
    )
  })
})
