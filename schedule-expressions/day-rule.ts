import { type CronField, DATES, DAYS_OF_WEEK, fieldProblem, parseField, parseValue } from './cron-field.ts'
import { type DayRule, type Parsed, parsed, refused } from './expression.ts'

/** The rule of the two day fields, of which exactly one must be `?`. */
export function parseDayRule(dates: string, weekdays: string): Parsed<DayRule> {
  if (dates === '?' && weekdays === '?') {
    return refused('The day-of-month and day-of-week fields are both "?"; one of them must say which days.')
  }
  if (dates === '?') return parseWeekdays(weekdays.toUpperCase())
  if (weekdays === '?') return parseDates(dates.toUpperCase())
  return refused(
    `The day-of-month field ${JSON.stringify(dates)} and the day-of-week field ${JSON.stringify(weekdays)} cannot be set together; one of them must be "?".`,
  )
}

const alone = (field: CronField, text: string, wildcards: string) =>
  fieldProblem(field, text, `${wildcards} cannot be part of a list, range or step`)

function parseDates(text: string): Parsed<DayRule> {
  if (text === 'L') return parsed({ kind: 'last-date' })
  if (text === 'LW') return parsed({ kind: 'last-workday' })
  const nearest = /^([0-9]+)W$/.exec(text)?.[1]
  if (nearest !== undefined) {
    const date = parseValue(DATES, nearest)
    return date.ok ? parsed({ kind: 'nearest-workday', date: date.value }) : fieldProblem(DATES, text, date.problem)
  }
  if (/(?:^|[,-])[0-9]*(?:LW|L|W)(?=[,/-]|$)/.test(text))
    return alone(DATES, text, 'L (last day), LW (last weekday) and 15W (nearest weekday)')
  const values = parseField(DATES, text)
  return values.ok ? parsed({ kind: 'dates', dates: values.value }) : values
}

function parseWeekdays(text: string): Parsed<DayRule> {
  // Alone, L is the last day of the week.
  if (text === 'L') return parsed({ kind: 'weekdays', weekdays: [DAYS_OF_WEEK.max] })
  const [, last, counted, nth] = /^(?:([^,#/-]+)L|([^,#/-]+)#([1-5]))$/.exec(text) ?? []
  const single = last ?? counted
  if (single !== undefined) {
    const weekday = parseValue(DAYS_OF_WEEK, single)
    if (!weekday.ok) return fieldProblem(DAYS_OF_WEEK, text, weekday.problem)
    return parsed(
      nth === undefined
        ? { kind: 'last-weekday', weekday: weekday.value }
        : { kind: 'nth-weekday', weekday: weekday.value, nth: Number(nth) },
    )
  }
  if (text.includes('#')) {
    return fieldProblem(DAYS_OF_WEEK, text, '# takes one weekday and a number from 1 to 5, alone, as in 3#2 or TUE#2')
  }
  if (/(?:^|[,-])[0-9]*L(?=[,/-]|$)/.test(text)) return alone(DAYS_OF_WEEK, text, 'L (last day) and 6L (last Friday)')
  const values = parseField(DAYS_OF_WEEK, text)
  return values.ok ? parsed({ kind: 'weekdays', weekdays: values.value }) : values
}

const daysIn = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate()
const weekdayOf = (year: number, month: number, date: number) =>
  new Date(Date.UTC(year, month - 1, date)).getUTCDay() + 1

/** The Monday-to-Friday nearest to a date; it never leaves the month. */
function nearestWorkday(year: number, month: number, date: number): number {
  const weekday = weekdayOf(year, month, date)
  if (weekday === 7) return date === 1 ? 3 : date - 1
  if (weekday === 1) return date === daysIn(year, month) ? date - 2 : date + 1
  return date
}

/** Dates of a month (1 is January) that a rule names, ascending. */
export function datesOf(rule: DayRule, year: number, month: number): readonly number[] {
  const length = daysIn(year, month)
  const firstOf = (weekday: number) => 1 + ((weekday - weekdayOf(year, month, 1) + 7) % 7)
  switch (rule.kind) {
    case 'dates':
      return rule.dates.filter((date) => date <= length)
    case 'last-date':
      return [length]
    case 'last-workday':
      return [nearestWorkday(year, month, length)]
    case 'nearest-workday':
      return rule.date <= length ? [nearestWorkday(year, month, rule.date)] : []
    case 'weekdays': {
      const first = weekdayOf(year, month, 1) - 1
      return Array.from({ length }, (_, i) => i + 1).filter((date) =>
        rule.weekdays.includes(((first + date - 1) % 7) + 1),
      )
    }
    case 'last-weekday': {
      const first = firstOf(rule.weekday)
      return [first + 7 * Math.floor((length - first) / 7)]
    }
    case 'nth-weekday': {
      const date = firstOf(rule.weekday) + 7 * (rule.nth - 1)
      return date <= length ? [date] : []
    }
  }
}
