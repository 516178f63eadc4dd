import type { Claim } from './activity.ts'
import type { Run } from './run.ts'

/** A run that is claimed, or promised, but has no record yet. */
export function unrecordedRun(run: {
  readonly tenant: string
  readonly id: string
  readonly jobName: string
  readonly claim: Claim | undefined
  /** Epoch ms. */
  readonly expiresAt: number
}): Run {
  return {
    tenant: run.tenant,
    id: run.id,
    jobName: run.jobName,
    status: 'RUNNING',
    startedAt: run.claim?.claimedAt ?? null,
    finishedAt: null,
    ...(run.claim?.parked ? { nextAttemptAt: run.claim.parked.until } : {}),
    reason: null,
    attempts: [],
    request: null,
    response: null,
    expiresAt: run.expiresAt,
  }
}
