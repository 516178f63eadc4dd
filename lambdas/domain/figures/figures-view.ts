import * as z from 'zod'
import { quantile } from './duration-histogram.ts'
import { countOf, endedStatuses, type Tally, totalOf } from './tally.ts'

const Share = z.number().nullable().meta({
  description:
    'Succeeded runs among those that were called or should have been, 0 to 1: all but SKIPPED and CANCELLED ones. Null when there are none.',
})
const Milliseconds = z.number().nullable()
const WITHIN = 'Within 5 %; null when no run called its target.'

/** How many runs ended, and how. */
export const RunCounts = z.object({
  total: z.int(),
  byStatus: z.partialRecord(z.enum(endedStatuses), z.int()).meta({ description: 'Every status, even where none is.' }),
  successRate: Share,
  averageDurationMs: Milliseconds,
})
export type RunCounts = z.infer<typeof RunCounts>

/** The same with the spread of their durations. */
export const RunFigures = RunCounts.extend({
  p50DurationMs: Milliseconds.meta({ description: `Median duration. ${WITHIN}` }),
  p95DurationMs: Milliseconds.meta({ description: `95 % of all runs took no longer. ${WITHIN}` }),
}).meta({ id: 'RunFigures' })
export type RunFigures = z.infer<typeof RunFigures>

/** Runs of some days, and how they are spread over them. */
export const RunTrend = z.object({
  total: RunFigures,
  perDay: z
    .array(RunFigures.extend({ date: z.string() }))
    .meta({ description: 'Every day of the time zone, oldest first, those without runs too.' }),
  perHour: z
    .array(RunFigures.extend({ hour: z.int() }))
    .meta({ description: 'The hours 0 to 23 of all days together, by the clocks of the time zone.' }),
})
export type RunTrend = z.infer<typeof RunTrend>

/** Succeeded runs among those that count; null when none does. */
export function successRate(tally: Tally): number | null {
  const counting = totalOf(tally) - countOf(tally, 'SKIPPED') - countOf(tally, 'CANCELLED')
  return counting === 0 ? null : rounded(countOf(tally, 'SUCCEEDED') / counting, 10_000)
}

export const averageMs = ({ timed, sumMs }: Tally): number | null => (timed === 0 ? null : rounded(sumMs / timed, 10))

const rounded = (value: number, by: number): number => Math.round(value * by) / by

export const runCounts = (tally: Tally): RunCounts => ({
  total: totalOf(tally),
  byStatus: Object.fromEntries(endedStatuses.map((status) => [status, countOf(tally, status)])),
  successRate: successRate(tally),
  averageDurationMs: averageMs(tally),
})

export const runFigures = (tally: Tally): RunFigures => ({
  ...runCounts(tally),
  p50DurationMs: quantile(tally.histogram, 0.5),
  p95DurationMs: quantile(tally.histogram, 0.95),
})
