import { describe, expect, it } from 'vitest'
import { loadExcesses, newAccount } from '../../../lambdas/domain/account/account.ts'
import { Plan, planLimits } from '../../../lambdas/domain/account/plan.ts'
import { refuseExcess } from '../../../lambdas/domain/account/plan-excess.ts'

const { jobs: JOBS, runsPerDay: RUNS } = planLimits.FREE
const added = { jobs: 1, activeJobs: 1, runsPerDay: 1440 }

describe('what an account has no room for', () => {
  it.each([
    ['nothing of a first job', newAccount, added, []],
    ['nothing of the last job', { ...newAccount, jobs: JOBS - 1, activeJobs: JOBS - 1 }, added, []],
    ['a job too many', { ...newAccount, jobs: JOBS, activeJobs: 3 }, added, [['jobs', JOBS + 1, JOBS]]],
    [
      'an active job too many',
      { ...newAccount, jobs: JOBS, activeJobs: JOBS },
      { ...added, jobs: 0 },
      [['jobs', JOBS + 1, JOBS]],
    ],
    ['the last run a day', { ...newAccount, runsPerDay: RUNS - 1440 }, added, []],
    ['a run too many', { ...newAccount, runsPerDay: RUNS - 1439 }, added, [['runsPerDay', RUNS + 1, RUNS]]],
    [
      'both',
      { ...newAccount, jobs: JOBS, runsPerDay: RUNS },
      added,
      [
        ['jobs', JOBS + 1, JOBS],
        ['runsPerDay', RUNS + 1440, RUNS],
      ],
    ],
    [
      'nothing of less, however much it is over',
      { ...newAccount, jobs: 2 * JOBS, activeJobs: 2 * JOBS, runsPerDay: 2 * RUNS },
      { jobs: 0, activeJobs: -1, runsPerDay: -1 },
      [],
    ],
    [
      'nothing of a paused job, though its runs are at the limit',
      { ...newAccount, runsPerDay: RUNS },
      { jobs: 1, activeJobs: 0, runsPerDay: 0 },
      [],
    ],
  ])('is %s', (_what, account, more, expected) => {
    const excesses = loadExcesses(account, more)
    expect(excesses.map(({ limit, value, allowed }) => [limit, value, allowed])).toEqual(expected)
  })

  it('is refused with the first limit as facts and all of them in words', () => {
    const first = { limit: 'timeoutMs', value: 2, allowed: 1, detail: 'is too long', pointer: '/timeout' } as const
    const second = { limit: 'jobs', value: 4, allowed: 3, detail: 'There are too many.' } as const
    expect(refuseExcess('PRO', [first, second])).toMatchObject({
      code: 'plan-limit',
      message: '/timeout: is too long; There are too many.',
      facts: { limit: 'timeoutMs', value: 2, allowed: 1, plan: 'PRO' },
      faults: [{ pointer: '/timeout', detail: 'is too long' }],
    })
  })
})

describe('the table of plans', () => {
  it('gives more with each plan, and never less', () => {
    for (const [smaller, larger] of [
      ['FREE', 'PREMIUM'],
      ['PREMIUM', 'PRO'],
    ] as const) {
      for (const limit of [
        'jobs',
        'secrets',
        'keys',
        'runsPerDay',
        'retentionDays',
        'responseBytes',
        'requestsPerMinute',
      ] as const) {
        expect(planLimits[larger][limit], `${larger} ${limit}`).toBeGreaterThan(planLimits[smaller][limit])
      }
    }
  })

  it.each(Plan.options)('keeps no more of a response with %s than fits into an item at six bytes each', (plan) => {
    const rest = 50 * 1024
    expect(planLimits[plan].responseBytes * 6 + rest).toBeLessThan(400 * 1024)
  })
})
