import { HOURS, MINUTES, MONTHS_OF_YEAR, parseField, YEARS } from './cron-field.ts'
import { parseDayRule } from './day-rule.ts'
import {
  type AtExpression,
  type CronExpression,
  FIRST_YEAR,
  LAST_YEAR,
  MAX_EXPRESSION_LENGTH,
  type Parsed,
  parsed,
  type RateExpression,
  refused,
  type ScheduleExpression,
} from './expression.ts'

const FORMS =
  'cron(minutes hours day-of-month month day-of-week year), rate(value unit) or at(yyyy-mm-ddThh:mm:ss), with nothing around it'

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const

/**
 * Reads an expression as EventBridge Scheduler does ("Schedule types in EventBridge Scheduler"). Where the service's
 * answer to an undocumented form is not known (`L-3`, `L,15`, a step in the weekday field), the form is refused.
 */
export function parseScheduleExpression(
  text: string,
): { readonly ok: true; readonly expression: ScheduleExpression } | { readonly ok: false; readonly problem: string } {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    return refused(`The expression has ${text.length} characters; at most ${MAX_EXPRESSION_LENGTH} are allowed.`)
  }
  const [, form, content] = /^(cron|rate|at)\((.*)\)$/.exec(text) ?? []
  if (form === undefined || content === undefined) {
    return refused(`${JSON.stringify(text)} is not a schedule expression; write ${FORMS}.`)
  }
  const result = form === 'cron' ? parseCron(content) : form === 'rate' ? parseRate(content) : parseAt(content)
  return result.ok ? { ok: true, expression: result.value } : result
}

function parseCron(content: string): Parsed<CronExpression> {
  const fields = content.split(/[ \t]+/)
  const [minutesText, hoursText, dates, monthsText, weekdays, yearsText] = fields
  if (
    fields.length !== 6 ||
    fields.includes('') ||
    minutesText === undefined ||
    hoursText === undefined ||
    dates === undefined ||
    monthsText === undefined ||
    weekdays === undefined ||
    yearsText === undefined
  ) {
    return refused(
      `cron(${content}) must have six fields with spaces between them: minutes hours day-of-month month day-of-week year.`,
    )
  }
  const minutes = parseField(MINUTES, minutesText)
  if (!minutes.ok) return minutes
  const hours = parseField(HOURS, hoursText)
  if (!hours.ok) return hours
  const days = parseDayRule(dates, weekdays)
  if (!days.ok) return days
  const months = parseField(MONTHS_OF_YEAR, monthsText)
  if (!months.ok) return months
  const years = parseField(YEARS, yearsText)
  if (!years.ok) return years
  return parsed({
    kind: 'cron',
    minutes: minutes.value,
    hours: hours.value,
    days: days.value,
    months: months.value,
    years: years.value,
  })
}

/** The service takes `1 minutes` and `2 minute` too, in any case. */
function parseRate(content: string): Parsed<RateExpression> {
  const [, digits, unitText] = /^([0-9]{1,9}) (minute|hour|day)s?$/i.exec(content) ?? []
  const value = Number(digits)
  const unit = unitText?.toLowerCase()
  if ((unit === 'minute' || unit === 'hour' || unit === 'day') && value > 0) {
    return parsed({ kind: 'rate', value, unit, periodMs: value * UNIT_MS[unit] })
  }
  return refused(
    `rate(${content}) must be a whole number from 1, one space and minutes, hours or days, as in rate(5 minutes).`,
  )
}

function parseAt(content: string): Parsed<AtExpression> {
  const isWritten = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$/.test(content)
  const wallTime = isWritten ? Date.parse(`${content}Z`) : Number.NaN
  // Date.parse reads 30 February as 2 March and 24:00 as the next day.
  if (Number.isNaN(wallTime) || new Date(wallTime).toISOString() !== `${content}.000Z`) {
    return refused(
      `at(${content}) must be an existing date and time written yyyy-mm-ddThh:mm:ss, without a zone, as in at(2030-05-31T09:00:00).`,
    )
  }
  const year = new Date(wallTime).getUTCFullYear()
  if (year < FIRST_YEAR || year > LAST_YEAR) {
    return refused(`at(${content}) is outside the years ${FIRST_YEAR} to ${LAST_YEAR}.`)
  }
  return parsed({ kind: 'at', wallTime })
}
