import * as z from 'zod'
import type { Job } from '../job/job.ts'
import { type Run, RunReason, RunStatus } from '../run/run.ts'
import { instantOf } from '../run/run-id.ts'
import type { Notice, NoticeKind } from './notice.ts'

const Instant = z.iso.datetime()
const RunReference = z.object({ id: z.string(), plannedAt: Instant })

const types = {
  FAILURE: 'job.failed',
  RECOVERY: 'job.recovered',
  SUCCESS: 'job.succeeded',
  DISABLED: 'job.disabled',
} as const satisfies Record<NoticeKind, string>

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
        reason: RunReason.nullable(),
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

const iso = (instant: number): string => new Date(instant).toISOString()

/** Why a job is disabled, in words for its owner. */
export function disabledReason({ disable, failures }: Pick<Notice, 'disable' | 'failures'>) {
  return disable?.because === 'GONE'
    ? { code: 'GONE', message: 'The target answered 410: it is gone for good.' }
    : { code: 'FAILING', message: `${failures} scheduled ${failures === 1 ? 'run has' : 'runs in a row have'} failed.` }
}

/** @param apiUrl where the API is, without a slash at the end. */
export function noticeMessage(
  kind: NoticeKind,
  {
    job,
    run,
    notice,
    apiUrl,
  }: { readonly job: Job; readonly run: Run; readonly notice: Notice; readonly apiUrl: string },
): NoticeMessage {
  const plannedAt = instantOf(run.id)
  const { firstFailed, lastGood, failures } = notice
  return {
    type: types[kind],
    timestamp: iso(run.finishedAt ?? plannedAt),
    data: {
      job: { id: job.id, name: run.jobName },
      run: {
        id: run.id,
        status: run.status,
        plannedAt: iso(plannedAt),
        httpStatus: run.attempts.at(-1)?.httpStatus ?? null,
        reason: run.reason,
        url: `${apiUrl}/api/runs/${run.id}`,
      },
      consecutiveFailures: failures,
      failingSince: firstFailed === undefined ? null : iso(instantOf(firstFailed)),
      failedForSeconds: firstFailed === undefined ? null : Math.round((plannedAt - instantOf(firstFailed)) / 1000),
      lastGoodRun: lastGood === undefined ? null : { id: lastGood, plannedAt: iso(instantOf(lastGood)) },
      disabledReason: kind === 'DISABLED' ? disabledReason(notice) : null,
    },
  }
}
