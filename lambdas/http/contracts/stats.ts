import * as z from 'zod'
import { Timezone } from '../../domain/figures/local-time.ts'
import { AnalyticsView, StatsView } from '../../domain/figures/stats-view.ts'
import { bare, type ContractsOf } from '../contract.ts'

/** Figures are kept a little longer than this. */
const MOST_DAYS = 400
const DEFAULT_DAYS = 7

export const timezone = Timezone.default('UTC').meta({
  description: 'IANA time zone whose days and hours are meant.',
  examples: ['Asia/Kolkata'],
})

const days = z
  .string()
  .regex(/^([1-9]\d?|[1-3]\d\d|400)$/, `must be a whole number from 1 to ${MOST_DAYS}`)
  .default(String(DEFAULT_DAYS))
  .meta({
    description: 'How many days, with today as the last.',
    ...{ type: 'integer', minimum: 1, maximum: MOST_DAYS, default: DEFAULT_DAYS, pattern: undefined },
  })
  .transform(Number)

const COUNTED =
  'Runs count by their planned instant, as soon as they have ended; those still going on do not count. Runs of deleted jobs stay counted.'

export const statsContracts = {
  readStats: {
    ...bare,
    summary: 'Jobs and runs at a glance',
    description: `Jobs by status, runs of today and of the last 7 and 30 days, and what runs next. ${COUNTED}`,
    query: z.strictObject({ timezone }),
    answers: { 200: { description: 'The figures.', schema: StatsView } },
  },
  readAnalytics: {
    ...bare,
    summary: 'Runs by day, hour and job',
    description: `The trend by day, the distribution over the hours of the day, and how each job does. ${COUNTED}`,
    query: z.strictObject({
      timezone,
      days,
    }),
    answers: { 200: { description: 'The figures.', schema: AnalyticsView } },
  },
} as const satisfies ContractsOf<'stats'>
