import { type ClockChange, zoneClock } from '../../../schedule-expressions/index.ts'
import type { SchedulePlan } from './plan-schedule.ts'
import { wallTimesOf } from './schedule-rule.ts'
import { dateText, timeText } from './wall-time-text.ts'

const DAY_MS = 86_400_000
const YEAR_MS = 366 * DAY_MS

/**
 * What clock changes within a year of `from` (epoch milliseconds) do to a schedule: a wall time that the clocks skip
 * has no run, one that they show twice has one, on the first pass ("Schedule types in EventBridge Scheduler").
 */
export function clockChangeWarnings(plan: SchedulePlan, from: number): readonly string[] {
  const changes = zoneClock(plan.timezone).changes(from, from + YEAR_MS)
  const { rule } = plan
  if (rule.kind === 'one' && rule.expression.kind === 'rate') {
    const [next] = changes
    if (!next || rule.expression.unit !== 'day') return []
    return [
      `rate() counts real time, a day is 24 hours: from ${dateText(next.at + next.offsetAfter)} on, when the clocks in ${plan.timezone} change, runs are at another time of day. For a fixed time of day write a cron expression.`,
    ]
  }
  return changes.flatMap((change) =>
    change.offsetAfter > change.offsetBefore ? gap(plan, change) : overlap(plan, change),
  )
}

function gap(plan: SchedulePlan, change: ClockChange): readonly string[] {
  const start = change.at + change.offsetBefore
  const end = change.at + change.offsetAfter
  const skipped = [...wallTimesOf(plan.rule, start, end)]
  if (skipped.length === 0 || isUnnoticed(plan, change, skipped)) return []
  const verb = skipped.length === 1 ? 'is' : 'are'
  return [
    `${changeText(plan, change)} from ${timeText(start)} to ${clockText(end, start)}: ${timesText(skipped)} ${verb} skipped.`,
  ]
}

/** An hourly schedule loses a time of day when the clocks go forward, but its runs stay an hour apart. */
function isUnnoticed(plan: SchedulePlan, change: ClockChange, [firstSkipped]: readonly number[]): boolean {
  const start = change.at + change.offsetBefore
  const [before] = wallTimesOf(plan.rule, start - DAY_MS, start)
  const [next] = plan.occurrencesAfter(change.at - 1)
  if (firstSkipped === undefined || before === undefined || next === undefined) return false
  // By the clock as it was: no later than the run that is skipped would have been.
  return next + change.offsetBefore <= firstSkipped
}

function overlap(plan: SchedulePlan, change: ClockChange): readonly string[] {
  const end = change.at + change.offsetBefore
  const start = change.at + change.offsetAfter
  const repeated = [...wallTimesOf(plan.rule, start, end)]
  if (repeated.length === 0) return []
  const verb = repeated.length === 1 ? 'it runs' : 'they run'
  return [
    `${changeText(plan, change)} from ${timeText(end)} to ${clockText(start, end)} and show ${timesText(repeated)} twice: ${verb} on the first pass only.`,
  ]
}

function changeText(plan: SchedulePlan, change: ClockChange): string {
  const direction = change.offsetAfter > change.offsetBefore ? 'forward' : 'back'
  return `On ${dateText(change.at + change.offsetBefore)} the clocks in ${plan.timezone} go ${direction}`
}

/** A time of day, with its date when that is not the date of `other`. */
const clockText = (wallTime: number, other: number) =>
  dateText(wallTime) === dateText(other) ? timeText(wallTime) : `${timeText(wallTime)} on ${dateText(wallTime)}`

function timesText(wallTimes: readonly number[]): string {
  const times = wallTimes.map(timeText)
  if (times.length <= 3) return new Intl.ListFormat('en').format(times)
  return `the ${times.length} times from ${times[0]} to ${times.at(-1)}`
}
