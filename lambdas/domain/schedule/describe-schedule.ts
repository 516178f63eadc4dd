import cronstrue from 'cronstrue'
import {
  type CronExpression,
  type DayRule,
  FIRST_YEAR,
  LAST_YEAR,
  type RateExpression,
  type ScheduleExpression,
} from '../../../schedule-expressions/index.ts'
import { shortestFieldText } from './field-text.ts'
import type { SchedulePlan } from './plan-schedule.ts'

const WEEKDAY_NAMES = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** When a schedule runs, in English without a full stop, in the wall time of the schedule's zone. */
export function describeSchedule({ rule }: SchedulePlan): string {
  switch (rule.kind) {
    case 'one':
      return describeExpression(rule.expression)
    case 'either': {
      const [first, second] = rule.expressions
      return `${describeCron(first)}; also ${lowerFirst(describeCron(second))}`
    }
    case 'both': {
      const isLedByDates = rule.rarer.days.kind === 'dates'
      const { days } = isLedByDates ? rule.other : rule.rarer
      const names = days.kind === 'weekdays' ? days.weekdays.map(weekdayName) : []
      const list = new Intl.ListFormat('en', { type: 'disjunction' }).format(names)
      return `${describeCron(isLedByDates ? rule.rarer : rule.other)}, but only if that day is a ${list}`
    }
  }
}

function describeExpression(expression: ScheduleExpression): string {
  switch (expression.kind) {
    case 'cron':
      return describeCron(expression)
    case 'rate':
      return describeRate(expression)
    case 'at':
      return describeAt(expression.wallTime)
  }
}

/** English name of EventBridge's weekday number, 1 is Sunday. */
export const weekdayName = (weekday: number): string => WEEKDAY_NAMES[weekday - 1] ?? `${weekday}`

const lowerFirst = (text: string) => text.charAt(0).toLowerCase() + text.slice(1)

function describeRate({ value, unit }: RateExpression): string {
  const period = value === 1 ? unit : `${value} ${unit}s`
  return unit === 'day'
    ? `Every ${period} (of 24 hours), counted from the start`
    : `Every ${period}, counted from the start`
}

function describeAt(wallTime: number): string {
  const [date, time] = new Date(wallTime).toISOString().split('T')
  return `Once, on ${date} at ${time?.replace(/(:00)?\.000Z$/, '')}`
}

/**
 * cronstrue reads some expressions wrongly ("*" + "/40" as every 40 minutes, 0-7 as Sunday through Sunday), so it gets a
 * plain form of the values instead of the user's text: Quartz's seven fields.
 */
function describeCron({ minutes, hours, days, months, years }: CronExpression): string {
  const [dates, weekdays] = dayFieldTexts(days)
  const fields = [
    '0',
    clockFieldText(minutes, 60),
    clockFieldText(hours, 24),
    dates,
    months.length === 12 ? '*' : listText(months, 12),
    weekdays,
    yearFieldText(years),
  ]
  return cronstrue.toString(fields.join(' '), { use24HourTimeFormat: true, dayOfWeekStartIndexZero: false })
}

/** Three and more in a row as a range, else every value. Fields that go round (`cycle` values) may run over their end. */
function listText(values: readonly number[], cycle = Infinity): string {
  const follows = (value: number, previous: number | undefined) =>
    previous !== undefined && (value === previous + 1 || value === previous + 1 - cycle)
  const starts = values.filter((value, i) => !follows(value, values.at(i - 1)))
  const [start] = starts
  if (values.length < 3 || starts.length !== 1 || start === undefined) return values.join(',')
  const before = values.indexOf(start) - 1
  return `${start}-${values.at(before)}`
}

/** Minutes or hours: a step only where it is even all around the clock. */
function clockFieldText(values: readonly number[], size: number): string {
  if (values.length === size) return '*'
  const step = size / values.length
  const isEven = values.length > (size === 60 ? 1 : 2) && values.every((value, i) => value === i * step)
  return isEven ? `*/${step}` : listText(values, size)
}

function yearFieldText(years: readonly number[]): string {
  const isEveryYear = years.length === LAST_YEAR - FIRST_YEAR + 1
  return isEveryYear ? '' : shortestFieldText(years)
}

function dayFieldTexts(days: DayRule): readonly [dates: string, weekdays: string] {
  switch (days.kind) {
    case 'dates': {
      if (days.dates.length === 31) return ['*', '*']
      const compact = shortestFieldText(days.dates)
      return [/^1-(?:30|31)\/[23]$/.test(compact) ? `1/${compact.at(-1)}` : listText(days.dates), '*']
    }
    case 'last-date':
      return ['L', '*']
    case 'last-workday':
      return ['LW', '*']
    case 'nearest-workday':
      return [`${days.date}W`, '*']
    case 'weekdays':
      return ['*', days.weekdays.length === 7 ? '*' : listText(days.weekdays, 7)]
    case 'last-weekday':
      return ['*', `${days.weekday}L`]
    case 'nth-weekday':
      return ['*', `${days.weekday}#${days.nth}`]
  }
}
