import * as z from 'zod'
import { RunReason, RunStatus } from '../run/run.ts'

const Instant = z.iso.datetime()
const RunReference = z.object({ id: z.string(), plannedAt: Instant })

/** What is told, as a webhook gets it and as mails are written from it (Standard Webhooks 1.0.0, "Payload structure"). */
export const NoticeMessage = z
  .object({
    type: z.enum(['job.failed', 'job.recovered', 'job.succeeded', 'job.disabled']),
    timestamp: Instant.meta({ description: 'When the run ended.' }),
    data: z.object({
      job: z.object({ id: z.string(), name: z.string() }),
      run: z.object({
        id: z.string(),
        status: RunStatus,
        plannedAt: Instant,
        httpStatus: z.int().nullable(),
        reason: z.nullable(RunReason),
        url: z.url().meta({ description: 'Where the API shows the run.' }),
      }),
      consecutiveFailures: z
        .int()
        .meta({ description: 'Scheduled runs that failed in a row; for job.recovered those before this run.' }),
      failingSince: Instant.nullable().meta({ description: 'When the first of them was planned.' }),
      failedForSeconds: z
        .int()
        .nullable()
        .meta({ description: 'From then to this run; for job.recovered how long it lasted.' }),
      lastGoodRun: RunReference.nullable().meta({ description: 'The newest run before that succeeded.' }),
      disabledReason: z.object({ code: z.string(), message: z.string() }).nullable(),
    }),
  })
  .meta({ id: 'Notification' })
export type NoticeMessage = Readonly<z.infer<typeof NoticeMessage>>
