import type { DayRule } from '../../../schedule-expressions/index.ts'
import { clockChangeWarnings } from './clock-change-warnings.ts'
import { weekdayName } from './describe-schedule.ts'
import type { SchedulePlan } from './plan-schedule.ts'
import { wallClockExpressionsOf, wallTimesOf } from './schedule-rule.ts'
import { durationText } from './wall-time-text.ts'

/** How many occurrences are compared: more than a day of the most frequent schedule. */
const SAMPLE = 1500
/** How far ahead: every month and both clock changes. */
const SAMPLE_MS = 400 * 86_400_000

export interface WarningContext {
  /** Epoch milliseconds from which to look ahead. */
  readonly from: number
  readonly anchor: number
  /** Shortest distance of runs that the user's plan allows, in milliseconds. */
  readonly minimumIntervalMs?: number | undefined
}

/** What a user should know before relying on a schedule; each warning is a sentence or two. */
export function scheduleWarnings(plan: SchedulePlan, context: WarningContext): readonly string[] {
  const first = plan.occurrencesAfter(context.from, context.anchor)[Symbol.iterator]().next()
  if (first.done) return [noOccurrenceWarning(plan)]
  return [
    ...intervalWarnings(plan, context),
    ...dayWarnings(plan),
    ...bothDayFieldsWarnings(plan),
    ...clockChangeWarnings(plan, context.from),
  ]
}

/**
 * Shortest distance between two of the next occurrences in milliseconds; undefined when fewer than two are left. Looks
 * at up to 1,500 of them, more than a day of the most frequent schedule, within 400 days.
 */
export function shortestIntervalMs(plan: SchedulePlan, from: number, anchor = from): number | undefined {
  let previous: number | undefined
  let shortest: number | undefined
  let seen = 0
  for (const instant of plan.occurrencesAfter(from, anchor)) {
    if (previous !== undefined) shortest = Math.min(shortest ?? Infinity, instant - previous)
    previous = instant
    seen += 1
    if (seen >= SAMPLE || (shortest !== undefined && instant > from + SAMPLE_MS)) break
  }
  return shortest
}

function noOccurrenceWarning(plan: SchedulePlan): string {
  const [everAtAll] = plan.occurrencesAfter(-Infinity, 0)
  if (everAtAll !== undefined) return 'This schedule has no run left: all its times are in the past.'
  const [named] = wallTimesOf(plan.rule, -Infinity, Infinity)
  return named === undefined
    ? 'This schedule never runs: no year has such a day.'
    : `This schedule never runs: the clocks in ${plan.timezone} skip every time it names.`
}

function intervalWarnings(plan: SchedulePlan, { from, anchor, minimumIntervalMs }: WarningContext): readonly string[] {
  const shortest = shortestIntervalMs(plan, from, anchor)
  if (shortest === undefined || minimumIntervalMs === undefined || shortest >= minimumIntervalMs) return []
  return [
    `This schedule runs at intervals down to ${durationText(shortest)}; your plan allows one run every ${durationText(minimumIntervalMs)}.`,
  ]
}

const MONTH_NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
/** In the longest year. */
const MONTH_LENGTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const listText = (items: readonly string[]) => new Intl.ListFormat('en').format(items)

/** Dates that are meant one by one: a long list of them (every second day, say) is not about any. */
function singleDates(days: DayRule): readonly number[] {
  if (days.kind === 'nearest-workday') return [days.date]
  return days.kind === 'dates' && days.dates.length <= 4 ? days.dates : []
}

function dayWarnings(plan: SchedulePlan): readonly string[] {
  return wallClockExpressionsOf(plan.rule).flatMap((expression) => {
    if (expression.kind !== 'cron') return []
    const { days, months } = expression
    if (days.kind === 'nth-weekday' && days.nth === 5) {
      return [`Not every month has a fifth ${weekdayName(days.weekday)}; months without one are skipped.`]
    }
    return singleDates(days).flatMap((date) => {
      const shorter = months.filter((month) => date > (MONTH_LENGTHS[month - 1] ?? 31))
      const names = shorter.map((month) => MONTH_NAMES[month - 1] ?? '')
      if (date === 29 && months.includes(2)) names.push('February (but for leap years)')
      if (names.length === 0) return []
      const advice = months.length > 1 ? ' For the last day of every month write L, as in cron(0 9 L * ? *).' : ''
      return [`There is no day ${date} in ${listText(names)}; the run of that day is skipped there.${advice}`]
    })
  })
}

function bothDayFieldsWarnings({ rule }: SchedulePlan): readonly string[] {
  if (rule.kind !== 'both') return []
  return [
    'Day of month and day of week must both match, because one of them begins with *. (If neither did, one match would be enough.)',
  ]
}
