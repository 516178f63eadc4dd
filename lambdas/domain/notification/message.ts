import type { Job } from '../job/job.ts'
import type { Run } from '../run/run.ts'
import { instantOf } from '../run/run-id.ts'
import type { Notice, NoticeKind } from './notice.ts'
import type { NoticeMessage } from './notice-message.ts'

const types = {
  FAILURE: 'job.failed',
  RECOVERY: 'job.recovered',
  SUCCESS: 'job.succeeded',
  DISABLED: 'job.disabled',
} as const satisfies Record<NoticeKind, string>

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
