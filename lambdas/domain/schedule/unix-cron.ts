import {
  accepted,
  DATE,
  HOUR,
  MINUTE,
  MONTH,
  parseField,
  refused,
  type UnixField,
  type UnixResult,
  WEEKDAY,
} from './unix-field.ts'

export interface UnixCron {
  readonly minutes: UnixField
  readonly hours: UnixField
  readonly dates: UnixField
  readonly months: UnixField
  readonly weekdays: UnixField
}

const MACROS: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

/**
 * Reads the five fields of crontab(5), or a macro such as `@daily`: names, lists, ranges and steps as Vixie cron and
 * cronie take them. What Unix crons read in different ways is refused, with what to write instead.
 */
export function parseUnixCron(text: string): UnixResult<UnixCron> {
  if (text.startsWith('@')) return parseMacro(text)
  const [minutes, hours, dates, months, weekdays, ...more] = text.split(/[ \t]+/)
  if (/^(CRON_)?TZ=/.test(text)) {
    return refused('A TZ= or CRON_TZ= prefix does not belong into the expression; put the zone into "timezone".')
  }
  if (!minutes || !hours || !dates || !months || !weekdays) {
    return refused(
      `${JSON.stringify(text)} is no schedule; write five fields (minute hour day-of-month month day-of-week, as in "*/5 * * * *"), a macro such as @daily, or cron(…), rate(…), at(…).`,
    )
  }
  if (more.length > 0) {
    return refused(
      `${JSON.stringify(text)} has ${5 + more.length} fields; a cron expression has five: minute hour day-of-month month day-of-week. Seconds are not available, schedules have a precision of one minute; for EventBridge's six fields with a year write cron(…).`,
    )
  }
  return parseFields(minutes, hours, dates, months, weekdays)
}

function parseMacro(text: string): UnixResult<UnixCron> {
  const fields = Object.hasOwn(MACROS, text) ? MACROS[text] : undefined
  if (fields !== undefined) return parseUnixCron(fields)
  if (text === '@reboot') {
    return refused('@reboot has no time to run at: there is no machine here that starts. Write a time, as in @daily.')
  }
  const every = /^@every[ \t]/.test(text) ? ' For a fixed interval write rate(…), as in rate(5 minutes).' : ''
  return refused(`${JSON.stringify(text)} is no known macro; there are ${Object.keys(MACROS).join(', ')}.${every}`)
}

function parseFields(
  minutesText: string,
  hoursText: string,
  datesText: string,
  monthsText: string,
  weekdaysText: string,
): UnixResult<UnixCron> {
  const minutes = parseField(MINUTE, minutesText)
  if (!minutes.ok) return minutes
  const hours = parseField(HOUR, hoursText)
  if (!hours.ok) return hours
  const dates = parseField(DATE, datesText)
  if (!dates.ok) return dates
  const months = parseField(MONTH, monthsText)
  if (!months.ok) return months
  const weekdays = parseField(WEEKDAY, weekdaysText)
  if (!weekdays.ok) return weekdays
  return accepted({
    minutes: minutes.value,
    hours: hours.value,
    dates: dates.value,
    months: months.value,
    weekdays: weekdays.value,
  })
}
