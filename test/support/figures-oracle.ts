import { type EndedStatus, endedStatuses } from '../../lambdas/domain/figures/tally.ts'
import type { MadeRun } from './figures-world.ts'

/** Figures worked out run by run, by the clocks of Intl: another way than the one that is tested. */

const formats = new Map<string, Intl.DateTimeFormat>()

/** `2026-11-21` and 0 to 23, by the clocks of a zone. */
export function localTime(timezone: string, instant: number): { readonly date: string; readonly hour: number } {
  const format =
    formats.get(timezone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' })
  formats.set(timezone, format)
  const [date = '', time = ''] = format.format(instant).split(' ')
  return { date, hour: Number(time.slice(0, 2)) }
}

/** The date so many days before another. */
export const daysBefore = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10)

/** The smallest duration that at least this share of all does not exceed. */
function exactQuantile(durations: readonly number[], share: number): number | null {
  const sorted = durations.toSorted((a, b) => a - b)
  return sorted[Math.ceil(share * sorted.length) - 1] ?? null
}

export function exactFigures(runs: readonly MadeRun[]) {
  const count = (status: EndedStatus) => runs.filter((run) => run.status === status).length
  const durations = runs.flatMap(({ durationMs }) => (durationMs === null ? [] : [durationMs]))
  const counting = runs.length - count('SKIPPED') - count('CANCELLED')
  const average = durations.reduce((sum, duration) => sum + duration, 0) / durations.length
  return {
    total: runs.length,
    byStatus: Object.fromEntries(endedStatuses.map((status) => [status, count(status)])),
    successRate: counting === 0 ? null : Math.round((count('SUCCEEDED') / counting) * 10_000) / 10_000,
    averageDurationMs: durations.length === 0 ? null : Math.round(average * 10) / 10,
    p50DurationMs: exactQuantile(durations, 0.5),
    p95DurationMs: exactQuantile(durations, 0.95),
    longestDurationMs: durations.length === 0 ? null : Math.max(...durations),
  }
}
