import { describe, expect, it } from 'vitest'
import { planSchedule } from '../../../lambdas/domain/schedule/plan-schedule.ts'
import { wallClockExpressionsOf, wallTimesOf } from '../../../lambdas/domain/schedule/schedule-rule.ts'

const ruleOf = (cronExpression: string) => {
  const planned = planSchedule({ cronExpression, timezone: 'UTC' })
  if (!planned.ok) throw new Error(planned.problem)
  return planned.plan.rule
}

/** Of November 2026, which begins on a Sunday. */
const daysNamed = (cronExpression: string) =>
  [...wallTimesOf(ruleOf(cronExpression), Date.parse('2026-11-01'), Date.parse('2026-12-01'))].map((wallTime) =>
    new Date(wallTime).toISOString().slice(8, 10),
  )

describe('the wall times that a rule names', () => {
  it.each([
    ['of one expression', '0 0 28-31 * *', ['28', '29', '30']],
    ['of either of two, each once and in order', '0 0 6,13,20 * 5', ['06', '13', '20', '27']],
    ['of either, where the dates end later', '0 0 1,30 * 0', ['01', '08', '15', '22', '29', '30']],
    ['of either, where the weekdays end later', '0 0 3 * 6', ['03', '07', '14', '21', '28']],
    ['of both, where the dates are the rarer ones', '0 0 */10 * */2', ['01', '21']],
    ['of both, where the weekdays are', '0 0 */2 * 1', ['09', '23']],
    ['of both, where they seldom meet', '0 0 */10 * 0', ['01']],
    ['of rate(), which has none', 'rate(1 day)', []],
  ])('are those %s', (_, expression, days) => {
    expect(daysNamed(expression)).toEqual(days)
  })
})

describe('the expressions of a rule', () => {
  it.each([
    ['rate(5 minutes)', []],
    ['at(2030-01-01T09:00:00)', ['at']],
    ['0 0 * * *', ['dates']],
    ['0 0 13 * 5', ['dates', 'weekdays']],
    ['0 0 */10 * 1,2,3', ['dates', 'weekdays']],
    ['0 0 */2 * 1', ['weekdays', 'dates']],
  ])('of %j are %j', (expression, kinds) => {
    const expressions = wallClockExpressionsOf(ruleOf(expression))
    expect(expressions.map((each) => (each.kind === 'cron' ? each.days.kind : each.kind))).toEqual(kinds)
  })
})
