import { datesOf } from './day-rule.ts'
import {
  type AtExpression,
  type CronExpression,
  FIRST_YEAR,
  LAST_YEAR,
  type RateExpression,
  type ScheduleExpression,
} from './expression.ts'
import { type ZoneClock, zoneClock } from './zone-clock.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
/** A day on either side of the years that an expression can name, for the zones around UTC. */
const EARLIEST = Date.UTC(FIRST_YEAR, 0, -1)
const LATEST = Date.UTC(LAST_YEAR + 1, 0, 2)

/**
 * Wall times that a cron or at() expression names in `from <= wall time < until`, ascending, whether or not the clocks
 * of a zone ever show them. Wall times are epoch milliseconds of the same date and time in UTC.
 */
export function* wallTimes(
  expression: CronExpression | AtExpression,
  from: number,
  until: number = Number.POSITIVE_INFINITY,
): Generator<number> {
  if (expression.kind === 'at') {
    if (expression.wallTime >= from && expression.wallTime < until) yield expression.wallTime
    return
  }
  for (const midnight of midnights(expression, Math.max(from, EARLIEST))) {
    if (midnight >= until) return
    for (const hour of expression.hours) {
      for (const minute of expression.minutes) {
        const wallTime = midnight + hour * HOUR_MS + minute * MINUTE_MS
        if (wallTime >= until) return
        if (wallTime >= from) yield wallTime
      }
    }
  }
}

/** The days of a cron expression from the day of `from` on. */
function* midnights({ years, months, days }: CronExpression, from: number): Generator<number> {
  const first = new Date(from)
  const firstYear = first.getUTCFullYear()
  const firstMidnight = Date.UTC(firstYear, first.getUTCMonth(), first.getUTCDate())
  for (const year of years) {
    if (year < firstYear) continue
    for (const month of months) {
      if (Date.UTC(year, month, 1) <= firstMidnight) continue
      for (const date of datesOf(days, year, month)) {
        const midnight = Date.UTC(year, month - 1, date)
        if (midnight >= firstMidnight) yield midnight
      }
    }
  }
}

/** Whether a cron expression names a wall time. */
function namesWallTime({ years, months, days, hours, minutes }: CronExpression, wallTime: number): boolean {
  if (wallTime % MINUTE_MS !== 0) return false
  const wall = new Date(wallTime)
  const year = wall.getUTCFullYear()
  const month = wall.getUTCMonth() + 1
  return (
    minutes.includes(wall.getUTCMinutes()) &&
    hours.includes(wall.getUTCHours()) &&
    months.includes(month) &&
    years.includes(year) &&
    datesOf(days, year, month).includes(wall.getUTCDate())
  )
}

function* rateOccurrences({ periodMs }: RateExpression, after: number, anchor: number): Generator<number> {
  const first = Math.max(0, Math.floor((after - anchor) / periodMs) + 1)
  for (let instant = anchor + first * periodMs; instant < LATEST; instant += periodMs) yield instant
}

function* wallClockOccurrences(
  expression: CronExpression | AtExpression,
  clock: ZoneClock,
  after: number,
): Generator<number> {
  if (!(after < LATEST)) return
  // The first passes of ascending wall times ascend too, so nothing before the present wall time is still to come.
  for (const wallTime of wallTimes(expression, clock.wallTime(Math.max(after, EARLIEST)))) {
    const instant = clock.instantOf(wallTime)
    if (instant !== undefined && instant > after) yield instant
  }
}

/** Where and from when to look. `anchor` is where rate() starts to count, the epoch if left out; others ignore it. */
interface Place {
  /** IANA name; a name that Intl does not know throws a RangeError. */
  readonly timezone: string
  readonly anchor?: number | undefined
}

/**
 * Occurrences of an expression in epoch milliseconds, ascending, strictly later than `after`, up to the year 2199.
 * A wall time that the clocks skip has no occurrence; one that they show twice has one, on the first pass. rate()
 * occurs at `anchor` and every period after it. Lazy, and at once exhausted for an expression that names no date.
 */
export function occurrencesAfter(
  expression: ScheduleExpression,
  { timezone, after, anchor = 0 }: Place & { readonly after: number },
): Iterable<number> {
  return {
    [Symbol.iterator]: () =>
      expression.kind === 'rate'
        ? rateOccurrences(expression, after, anchor)
        : wallClockOccurrences(expression, zoneClock(timezone), after),
  }
}

/** Whether `occurrencesAfter` ever yields an instant (epoch milliseconds). */
export function isOccurrence(
  expression: ScheduleExpression,
  { timezone, instant, anchor = 0 }: Place & { readonly instant: number },
): boolean {
  if (!(instant >= EARLIEST && instant < LATEST)) return false
  if (expression.kind === 'rate') return instant >= anchor && (instant - anchor) % expression.periodMs === 0
  const clock = zoneClock(timezone)
  const wallTime = clock.wallTime(instant)
  const isNamed = expression.kind === 'at' ? wallTime === expression.wallTime : namesWallTime(expression, wallTime)
  return isNamed && clock.instantOf(wallTime) === instant
}
