/**
 * Which days of a month a cron expression names. One of its two day fields is always `?`, so one rule is enough.
 * Weekdays are EventBridge's: 1 is Sunday, 7 is Saturday.
 */
export type DayRule =
  | { readonly kind: 'dates'; readonly dates: readonly number[] }
  /** `L` */
  | { readonly kind: 'last-date' }
  /** `LW`: the last Monday-to-Friday of the month. */
  | { readonly kind: 'last-workday' }
  /** `15W`: the Monday-to-Friday nearest to the date, within the same month. A month without the date has none. */
  | { readonly kind: 'nearest-workday'; readonly date: number }
  | { readonly kind: 'weekdays'; readonly weekdays: readonly number[] }
  /** `6L`: the last such weekday of the month. */
  | { readonly kind: 'last-weekday'; readonly weekday: number }
  /** `3#2`: the second such weekday of the month. A month without a fifth one has none. */
  | { readonly kind: 'nth-weekday'; readonly weekday: number; readonly nth: number }

/** The values that each field names, ascending and without duplicates. */
export interface CronExpression {
  readonly kind: 'cron'
  readonly minutes: readonly number[]
  readonly hours: readonly number[]
  readonly days: DayRule
  /** 1 is January. */
  readonly months: readonly number[]
  readonly years: readonly number[]
}

/** A fixed distance in real time: a day is 24 hours, whatever the clocks do. */
export interface RateExpression {
  readonly kind: 'rate'
  readonly value: number
  readonly unit: 'minute' | 'hour' | 'day'
  readonly periodMs: number
}

export interface AtExpression {
  readonly kind: 'at'
  /** What the wall clock shows, as the epoch milliseconds of the same date and time in UTC. */
  readonly wallTime: number
}

export type ScheduleExpression = CronExpression | RateExpression | AtExpression

/** A parsed value, or what is wrong with the text and what is allowed instead. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string }

export const parsed = <T>(value: T): Parsed<T> => ({ ok: true, value })
export const refused = (problem: string): { readonly ok: false; readonly problem: string } => ({ ok: false, problem })

/** The years that a cron expression can name, and the end of all searching. */
export const FIRST_YEAR = 1970
export const LAST_YEAR = 2199

/** Longest expression that the service takes, in characters. */
export const MAX_EXPRESSION_LENGTH = 256
