import { describe, expect, it } from 'vitest'
import { planSchedule } from '../../../lambdas/domain/schedule/plan-schedule.ts'
import { scheduleLoad } from '../../../lambdas/domain/schedule/schedule-load.ts'

const NOW = Date.parse('2026-11-21T12:00:30Z')

function loadOf(cronExpression: string, timezone = 'UTC') {
  const planned = planSchedule({ cronExpression, timezone })
  if (!planned.ok) throw new Error(planned.problem)
  return scheduleLoad(planned.plan.occurrencesAfter(NOW, NOW))
}

describe('how heavy a schedule is', () => {
  it.each([
    ['* * * * *', 60, 1440],
    ['*/5 * * * *', 300, 288],
    ['@hourly', 3600, 24],
    ['0 8 * * *', 86_400, 1],
    ['0,1 8 * * *', 60, 2],
    ['0 9 * * MON-FRI', 86_400, 1],
    ['* * 1 * *', 60, 1440],
    ['0 0 1 1 *', 31_536_000, 1],
    ['0 0 29 2 *', Number.POSITIVE_INFINITY, 1],
    ['rate(1 minute)', 60, 1440],
    ['rate(7 minutes)', 420, 206],
    ['at(2030-01-01T00:00:00)', Number.POSITIVE_INFINITY, 1],
    ['at(2020-01-01T00:00:00)', Number.POSITIVE_INFINITY, 0],
    // A day and an hour later is another day.
    ['30 8 * * *', 86_400, 1],
  ])('%s: %d s between runs at least, %d runs a day at most', (expression, shortestIntervalSeconds, runsPerDay) => {
    expect(loadOf(expression)).toEqual({ shortestIntervalSeconds, runsPerDay })
  })

  it('counts the day that the clocks make longer by its 24 hours', () => {
    expect(loadOf('*/15 * * * *', 'Europe/Paris').runsPerDay).toBe(96)
  })

  it.each([
    [366, 366 * 86_400],
    [366.5, Number.POSITIVE_INFINITY],
  ])('looks as far ahead as a leap year is long, and no further: %s days', (days, shortestIntervalSeconds) => {
    expect(scheduleLoad([NOW, NOW + days * 86_400_000])).toEqual({ shortestIntervalSeconds, runsPerDay: 1 })
  })

  it('looks at no more instants than it needs, whatever comes after them', () => {
    let asked = 0
    function* forever() {
      for (;;) yield NOW + 60_000 * asked++
    }
    expect(scheduleLoad(forever()).runsPerDay).toBe(1440)
    expect(asked).toBeLessThan(2000)
  })
})
