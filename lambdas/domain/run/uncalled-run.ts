import type { Job } from '../job/job.ts'
import type { Fate } from './decide-claim.ts'
import type { Run, RunReason, RunStatus } from './run.ts'
import { expiryOf } from './run-expiry.ts'

/** A run that is not called, and why: a fate other than CALL, or one that a delivery service reports. */
export type Uncalled = Exclude<Fate, { kind: 'CALL' }> | { readonly kind: 'UNDELIVERED'; readonly message: string }

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
          message:
            fate.because === 'AT_MOST_ONCE'
              ? 'The run broke off without a result and, as the job is to run at most once, was not repeated.'
              : 'The run broke off without a result, and the job was paused before it could be repeated.',
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
