import { createHash } from 'node:crypto'
import { occurrencesAfter, parseScheduleExpression } from '../../schedule-expressions/index.ts'
import type { ScheduleDefinition, ScheduleRecord } from './schedule-record.ts'

const MINUTE_MS = 60_000

/**
 * The instants (epoch milliseconds) for which a schedule still has to invoke its target, in order: those after its
 * creation or last update, after `lastPlannedMs` if some are behind it already, and within StartDate and EndDate.
 * Says nothing of the flexible window: these are the values of `<aws.scheduler.scheduled-time>`.
 */
export function* plannedInstants(record: ScheduleRecord, lastPlannedMs: number | undefined): Generator<number> {
  const { definition } = record
  if (definition.State === 'DISABLED') return
  const parsed = parseScheduleExpression(definition.ScheduleExpression)
  if (!parsed.ok) throw new Error(`Schedule ${record.name} holds an expression that does not parse: ${parsed.problem}`)
  const { expression } = parsed
  const timezone = definition.ScheduleExpressionTimezone
  const done = lastPlannedMs ?? Number.NEGATIVE_INFINITY
  if (expression.kind === 'at') {
    yield* occurrencesAfter(expression, { timezone, after: Math.max(record.modifiedAtMs, done) })
    return
  }
  const { after, anchor } = recurrenceBounds(record, expression.kind, done)
  const endMs = definition.EndDate === undefined ? Number.POSITIVE_INFINITY : definition.EndDate * 1000
  for (const instant of occurrencesAfter(expression, { timezone, after, anchor })) {
    if (instant > endMs) return
    yield instant
  }
}

function recurrenceBounds(record: ScheduleRecord, kind: 'cron' | 'rate', done: number) {
  const begun = Math.max(record.modifiedAtMs, done)
  const { StartDate } = record.definition
  if (kind === 'cron')
    return { after: StartDate === undefined ? begun : Math.max(begun, StartDate * 1000 - 1), anchor: begun }
  if (StartDate === undefined) {
    // Without a StartDate the service begins at once: the first occurrence is the creation itself, to the second.
    const anchor = Math.floor(record.modifiedAtMs / 1000) * 1000
    return { after: Math.max(anchor - 1, done), anchor }
  }
  // The service drops the seconds of a rate's StartDate, and never fires before it: hence the next whole minute.
  const anchor = Math.ceil((StartDate * 1000) / MINUTE_MS) * MINUTE_MS
  return { after: begun, anchor }
}

/**
 * How long after the planned instant a target is invoked, in milliseconds: 0 without a flexible window, else
 * a value spread evenly over the window. The same schedule and instant always get the same one, so that a restart
 * within the window neither repeats nor forgets an invocation.
 */
export function flexibleDelayMs(
  scheduleId: string,
  window: ScheduleDefinition['FlexibleTimeWindow'],
  plannedMs: number,
): number {
  if (window.Mode === 'OFF' || window.MaximumWindowInMinutes === undefined) return 0
  const digest = createHash('sha256').update(`${scheduleId} ${plannedMs}`).digest()
  return Math.floor((digest.readUIntBE(0, 6) / 2 ** 48) * window.MaximumWindowInMinutes * MINUTE_MS)
}

/** An instant as the service writes it: `2026-03-29T01:00:00Z`. */
export function scheduledTimeText(plannedMs: number): string {
  return new Date(plannedMs).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
