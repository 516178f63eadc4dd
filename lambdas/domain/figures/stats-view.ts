import * as z from 'zod'
import { RunCounts, RunFigures, RunTrend } from './figures-view.ts'

export const Instant = z.string().meta({ description: 'ISO 8601, UTC.' })

const Period = RunFigures.extend({
  from: Instant.meta({ description: 'Midnight, in the time zone asked for, that the period begins with.' }),
}).meta({ id: 'RunsOfPeriod' })

/** Runs of three periods that all end now. */
export const RunPeriods = z.object({ today: Period, '7d': Period, '30d': Period })
export type RunPeriods = z.infer<typeof RunPeriods>

/** What a tenant sees at a glance. */
export const StatsView = z
  .object({
    timezone: z.string(),
    asOf: Instant,
    jobs: z.object({
      total: z.int(),
      byStatus: z.object({ ACTIVE: z.int(), PAUSED: z.int(), DISABLED: z.int(), COMPLETED: z.int() }),
    }),
    runs: RunPeriods.meta({
      description: 'Today, and the last 7 and 30 days with today as their last; runs count by their planned instant.',
    }),
    nextRuns: z
      .array(z.object({ jobId: z.string(), jobName: z.string(), plannedAt: Instant }))
      .meta({ description: 'The next run of each job, soonest first, up to ten.' }),
  })
  .meta({ id: 'Stats' })
export type StatsView = z.infer<typeof StatsView>

const JobFigures = RunCounts.extend({
  jobId: z.string(),
  jobName: z.string(),
  longestDurationMs: z.number().nullable(),
}).meta({ id: 'JobFigures' })
export type JobFigures = z.infer<typeof JobFigures>

/** What a tenant looks into when something is wrong. */
export const AnalyticsView = z
  .object({
    timezone: z.string(),
    days: z.int(),
    from: Instant,
    asOf: Instant,
    ...RunTrend.shape,
    jobs: z.array(JobFigures).meta({
      description:
        'Up to 1,000 jobs that had runs, most runs first. Deleted jobs count in the totals but are not listed.',
    }),
    slowestJobs: z.array(JobFigures).meta({ description: 'Up to ten, by average duration.' }),
    leastReliableJobs: z
      .array(JobFigures)
      .meta({ description: 'Up to ten jobs that did not always succeed, lowest success rate first.' }),
  })
  .meta({ id: 'Analytics' })
export type AnalyticsView = z.infer<typeof AnalyticsView>
