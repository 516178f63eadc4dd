import * as z from 'zod'
import { RunFigures, RunTrend } from './figures-view.ts'
import { Instant, RunPeriods } from './stats-view.ts'

const timezone = z.string()
const runsCountedUpTo = Instant.nullable().meta({
  description:
    'Runs planned before this instant are counted, a whole hour; `null` before the first count. The figures of a single user show runs as they end.',
})
const INCLUDED = 'Runs count by their planned instant; those of users who are gone stay counted.'

/** What all tenants together have and did, at a glance. */
export const ServiceStatsView = z
  .strictObject({
    timezone,
    asOf: Instant,
    users: z.strictObject({ total: z.int(), admins: z.int() }),
    jobs: z.strictObject({
      total: z.int(),
      byStatus: z.strictObject({ ACTIVE: z.int(), PAUSED: z.int(), COMPLETED: z.int() }),
    }),
    runsCountedUpTo,
    runs: RunPeriods.meta({ description: `Today, and the last 7 and 30 days with today as their last. ${INCLUDED}` }),
  })
  .meta({ id: 'ServiceStats' })
export type ServiceStatsView = z.infer<typeof ServiceStatsView>

/** What all tenants together did, day by day. */
export const ServiceAnalyticsView = z
  .strictObject({
    timezone,
    days: z.int(),
    from: Instant,
    asOf: Instant,
    runsCountedUpTo,
    ...RunTrend.shape,
    perDay: z
      .array(
        RunFigures.extend({
          date: z.iso.date(),
          jobsCreated: z.int().meta({ description: 'Jobs made that day that still exist.' }),
          changes: z.int().meta({ description: 'Entries of the audit.' }),
        }),
      )
      .meta({ description: 'Every day of the time zone, oldest first.' }),
  })
  .meta({ id: 'ServiceAnalytics', description: INCLUDED })
export type ServiceAnalyticsView = z.infer<typeof ServiceAnalyticsView>
