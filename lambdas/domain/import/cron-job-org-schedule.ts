import { isTimezone, zoneClock } from '../../../schedule-expressions/index.ts'
import { shortestFieldText } from '../schedule/field-text.ts'
import { DATE, type FieldRange, HOUR, MINUTE, MONTH, WEEKDAY } from '../schedule/unix-field.ts'
import type { JobSchedule } from './cron-job-org-document.ts'

export type ScheduleFields = {
  readonly cronExpression: string
  readonly timezone: string
  readonly endAt: string | null
}

export type DraftedSchedule =
  | { readonly ok: true; readonly fields: ScheduleFields }
  | { readonly ok: false; readonly reasons: readonly string[] }

const refused = (reason: string) => ({ ok: false, reasons: [reason] }) as const

type Field = { readonly ok: true; readonly text: string } | ReturnType<typeof refused>

const EVERY = -1

/** `*`, or `*` with a step, where the values are the same: how a person would write it. */
function starText({ min, max }: FieldRange, values: readonly number[]): string | undefined {
  const step = (values[1] ?? max + 1) - (values[0] ?? min)
  const stepped = Array.from({ length: Math.floor((max - min) / step) + 1 }, (_, index) => min + index * step)
  const isSame = stepped.length === values.length && stepped.every((value, index) => value === values[index])
  if (!isSame || values.length < 2) return undefined
  return step === 1 ? '*' : `*/${step}`
}

/**
 * One list of values as a field of a cron expression. The fields of days never begin with a star unless they are free: such a
 * field would have to match together with the other one (crontab(5)), while both being restricted means either.
 */
function fieldText(range: FieldRange, list: readonly number[], isDay: boolean): Field {
  const values = [...new Set(list)].sort((a, b) => a - b)
  if (values.length === 0) return refused(`It never runs there either: its list for ${range.name} is empty.`)
  if (values.includes(EVERY)) return { ok: true, text: '*' }
  const wrong = values.find((value) => value < range.min || value > range.max)
  if (wrong !== undefined) return refused(`${wrong} is no ${range.name}; there are ${range.min} to ${range.max}.`)
  return { ok: true, text: (isDay ? undefined : starText(range, values)) ?? shortestFieldText(values) }
}

/** The schedule as a job has it: lists of values as five cron fields, the expiry as an instant. */
export function draftSchedule(schedule: JobSchedule): DraftedSchedule {
  const { timezone } = schedule
  if (!isTimezone(timezone)) return refused(`${JSON.stringify(timezone)} is not an IANA time zone.`)
  const fields = [
    fieldText(MINUTE, schedule.minutes, false),
    fieldText(HOUR, schedule.hours, false),
    fieldText(DATE, schedule.mdays, true),
    fieldText(MONTH, schedule.months, false),
    fieldText(WEEKDAY, schedule.wdays, true),
  ]
  const reasons = fields.flatMap((field) => (field.ok ? [] : field.reasons))
  const expiry = expiryInstant(schedule.expiresAt, timezone)
  if (!expiry.ok) reasons.push(...expiry.reasons)
  if (reasons.length > 0 || !expiry.ok) return { ok: false, reasons }
  const cronExpression = fields.map((field) => (field.ok ? field.text : '')).join(' ')
  return { ok: true, fields: { cronExpression, timezone, endAt: expiry.endAt } }
}

const MINUTE_MS = 60_000

type Expiry = { readonly ok: true; readonly endAt: string | null } | ReturnType<typeof refused>

/** A time that the clocks skip ends the job when they have skipped it. */
function expiryInstant(expiresAt: number, timezone: string): Expiry {
  if (expiresAt === 0) return { ok: true, endAt: null }
  const digits = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(String(expiresAt))
  const [year, month, day, hours, minutes, seconds] = digits?.slice(1).map(Number) ?? []
  const isoText = digits ? `${digits[1]}-${digits[2]}-${digits[3]}T${digits[4]}:${digits[5]}:${digits[6]}.000Z` : ''
  const wall = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hours, minutes, seconds)
  if (Number.isNaN(wall) || new Date(wall).toISOString() !== isoText) {
    return refused(`expiresAt is ${expiresAt}, which is no date and time of the form YYYYMMDDhhmmss.`)
  }
  const clock = zoneClock(timezone)
  for (let skipped = 0; skipped <= 24 * 60; skipped++) {
    const instant = clock.instantOf(wall + skipped * MINUTE_MS)
    if (instant !== undefined) return { ok: true, endAt: new Date(instant).toISOString() }
  }
  return refused(`expiresAt is ${expiresAt}, a time that ${timezone} never had.`)
}
