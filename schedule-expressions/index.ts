/**
 * EventBridge Scheduler's expressions, `cron(…)`, `rate(…)` and `at(…)`: reading them and finding their occurrences in
 * a time zone. Pure and without dependencies; the preview, the executor's check and the local Scheduler share it.
 */
export type { AtExpression, CronExpression, DayRule, RateExpression, ScheduleExpression } from './expression.ts'
export { FIRST_YEAR, LAST_YEAR, MAX_EXPRESSION_LENGTH } from './expression.ts'
export { isOccurrence, occurrencesAfter, wallTimes } from './occurrences.ts'
export { parseScheduleExpression } from './parse-expression.ts'
export { isTimezone } from './timezone-name.ts'
export type { ClockChange, ZoneClock } from './zone-clock.ts'
export { zoneClock } from './zone-clock.ts'
