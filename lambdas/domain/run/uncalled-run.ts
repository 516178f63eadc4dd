import type { Job } from '../job/job.ts'
import type { Activity } from './activity.ts'
import type { Fate } from './decide-claim.ts'
import { type Run, type RunReason, type RunStatus, waited } from './run.ts'
import { expiryOf } from './run-expiry.ts'

/** A run whose target is not called, and why: its fate, or what a delivery service reports. */
export type Uncalled =
  | Extract<Fate, { kind: 'SKIPPED' | 'MISSED' | 'LOST' }>
  | { readonly kind: 'UNDELIVERED'; readonly message: string }

const LOST = {
  AT_MOST_ONCE: 'The run broke off without a result and, as the job is to run at most once, was not repeated.',
  JOB_PAUSED: 'The run broke off without a result, and the job was paused before it could be repeated.',
  JOB_DELETED: 'The run broke off without a result, and the job was deleted before it could be repeated.',
} as const

function describe(fate: Uncalled): { readonly status: RunStatus; readonly reason: RunReason } {
  switch (fate.kind) {
    case 'SKIPPED':
      return {
        status: 'SKIPPED',
        reason: {
          code: 'OVERLAP',
          message: `Run ${fate.inTheWay} of the same job was still going on.`,
          hint: 'Run the job less often, make the target faster, or set overlap to ALLOW.',
        },
      }
    case 'MISSED':
      return {
        status: 'MISSED',
        reason: {
          code: 'TOO_LATE',
          message: `The run was due ${fate.lateSeconds} s ago; this job may start up to ${fate.windowSeconds} s late.`,
          hint: 'Punctual or its scheduler was not reachable at the planned time.',
        },
      }
    case 'LOST':
      return {
        status: 'LOST',
        reason: {
          code: 'CRASHED',
          message: LOST[fate.because],
          hint: 'The target may have been called; check its own log.',
        },
      }
    case 'UNDELIVERED':
      return {
        status: 'UNDELIVERED',
        reason: {
          code: 'DELIVERY',
          message: fate.message,
          hint: 'The target was not called. Whoever runs Punctual finds the cause in its dead-letter queue and alarms.',
        },
      }
  }
}

/** The record of a run that was claimed but never called its target. */
export function uncalledRun(
  claimed: { readonly runId: string; readonly job: Job; readonly claimedAt: number },
  fate: Uncalled,
): Run {
  return {
    tenant: claimed.job.tenant,
    id: claimed.runId,
    jobName: claimed.job.definition.name,
    ...describe(fate),
    startedAt: null,
    finishedAt: claimed.claimedAt,
    attempts: [],
    request: null,
    response: null,
    expiresAt: expiryOf(claimed.job, claimed.claimedAt),
  }
}

/** The record of a run whose holder crashed: what is known of it, when it began above all, and that nothing more is. */
export function lostRun(
  claimed: Parameters<typeof uncalledRun>[0] & { readonly activity: Pick<Activity, 'active'> },
  run: Run | undefined,
  fate: Extract<Fate, { kind: 'LOST' }>,
): Run {
  const lost = uncalledRun(claimed, fate)
  const startedAt = run?.startedAt ?? claimed.activity.active[claimed.runId]?.claimedAt ?? null
  return {
    ...lost,
    ...(run && waited(run)),
    status: lost.status,
    reason: lost.reason,
    startedAt,
    finishedAt: lost.finishedAt,
  }
}

/** Ends without another attempt, and why. */
export type Ended = Extract<Fate, { kind: 'ENDED' | 'CANCELLED' }>

const ENDED = {
  JOB_EDITED: 'The job was changed (edited, paused or resumed)',
  JOB_PAUSED: 'The job was paused',
  JOB_DELETED: 'The job was deleted',
} as const

const CANCELLED: RunReason = {
  code: 'CANCELLED',
  message: 'The run was cancelled.',
  hint: 'The target may have acted on the call all the same; check its own log.',
}
const REPLACED: RunReason = { ...CANCELLED, code: 'REPLACED', message: 'A newer run of the same job took its place.' }

/**
 * The record of a run that ends between two attempts or during one. One whose retrying ends stays what its last attempt
 * made it, and says why that was the last.
 */
export function endedRun(
  claimed: { readonly runId: string; readonly job: Job; readonly claimedAt: number },
  run: Run | undefined,
  ended: Ended,
): Run {
  const begun = run ? waited(run) : uncalledRun(claimed, { kind: 'UNDELIVERED', message: '' })
  const finishedAt = begun.finishedAt ?? claimed.claimedAt
  if (ended.kind === 'CANCELLED') {
    return { ...begun, status: 'CANCELLED', reason: ended.by === 'USER' ? CANCELLED : REPLACED, finishedAt }
  }
  const last = begun.attempts.at(-1)?.reason
  const happened = ENDED[ended.because]
  const message = last
    ? `${last.message} ${happened}, so that the run was not tried again.`
    : `${happened} before the run began.`
  return {
    ...begun,
    status: last?.code === 'TIMEOUT' ? 'TIMED_OUT' : 'FAILED',
    reason: { code: last?.code ?? 'ABORTED', message, hint: last?.hint ?? null },
    finishedAt,
  }
}
