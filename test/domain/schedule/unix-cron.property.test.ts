import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planSchedule, type SchedulePlan } from '../../../lambdas/domain/schedule/plan-schedule.ts'
import { clockWindows, within } from '../../support/clock-windows.ts'
import { eventBridgeNames, runsAmong, unixNames } from '../../support/cron-oracle.ts'
import { PROPERTY_RUNS, PROPERTY_TIMEOUT_MS, unixExpressions } from '../../support/schedule-arbitraries.ts'

const planOf = (cronExpression: string, timezone: string): SchedulePlan => {
  const result = planSchedule({ cronExpression, timezone })
  if (!result.ok) throw new Error(`${cronExpression}: ${result.problem}`)
  return result.plan
}

/** Whether Vixie cron joins two restricting day fields by AND, which no EventBridge expression can. */
const isBoth = ({ rule }: SchedulePlan) => rule.kind === 'both'

describe('Unix cron as EventBridge schedules', () => {
  it(
    'it plans what crontab(5) and a look at every minute say',
    () => {
      const kinds = new Set<string>()
      fc.assert(
        fc.property(unixExpressions, fc.constantFrom(...clockWindows()), (expression, window) => {
          const plan = planOf(expression, window.timezone)
          kinds.add(plan.rule.kind)
          const expected = runsAmong(window.minutes, unixNames(expression))
          expect(within(plan.occurrencesAfter(window.from - 1), window)).toEqual(expected)
        }),
        { numRuns: PROPERTY_RUNS },
      )
      expect([...kinds].sort()).toEqual(['both', 'either', 'one'])
    },
    PROPERTY_TIMEOUT_MS,
  )

  it(
    'it hands EventBridge expressions whose union is the Unix schedule, or more where the executor filters',
    () => {
      fc.assert(
        fc.property(unixExpressions, fc.constantFrom(...clockWindows()), (expression, window) => {
          const plan = planOf(expression, window.timezone)
          const names = plan.awsExpressions.map((text) => eventBridgeNames(text.slice('cron('.length, -1)))
          const calls = runsAmong(window.minutes, (at) => names.some((isNamed) => isNamed(at)))
          const expected = runsAmong(window.minutes, unixNames(expression))
          expect(plan.awsExpressions.every(({ length }) => length <= 256)).toBe(true)
          expect(isBoth(plan) ? calls.filter((instant) => plan.isOccurrence(instant)) : calls).toEqual(expected)
        }),
        { numRuns: PROPERTY_RUNS },
      )
    },
    PROPERTY_TIMEOUT_MS,
  )

  it(
    'it judges single instants as the search does',
    () => {
      fc.assert(
        fc.property(
          unixExpressions,
          fc.constantFrom(...clockWindows()),
          fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
          (expression, window, picks) => {
            const plan = planOf(expression, window.timezone)
            const found = within(plan.occurrencesAfter(window.from - 1), window)
            const all = new Set(found)
            const picked = picks.map((pick) => window.minutes[pick % window.minutes.length]?.instant ?? window.from)
            for (const instant of [...picked, ...found.slice(0, 50)])
              expect(plan.isOccurrence(instant)).toBe(all.has(instant))
          },
        ),
        { numRuns: PROPERTY_RUNS },
      )
    },
    PROPERTY_TIMEOUT_MS,
  )
})
