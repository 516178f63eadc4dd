import { jobSchedule } from '../domain/job/job-schedule.ts'
import { parseRunId } from '../domain/run/run-id.ts'
import { type Uncalled, uncalledRun } from '../domain/run/uncalled-run.ts'
import { type ClaimedRun, claimRun } from './claim-run.ts'
import { type ConcludeRunDeps, concludeRun } from './conclude-run.ts'

/** A run that a delivery service gave up on. */
export type Undelivered = {
  readonly tenant: string
  readonly jobId: string
  readonly runId: string
  /** It was never tried: its window had passed before anything could be. */
  readonly isExpired: boolean
  /** What the service says of it. */
  readonly message: string
}

/** Writing one record takes no longer. */
const LEASE_MS = 60_000

/**
 * Writes down that a run was not delivered, unless it was run after all, or its job no longer wants it. A run that
 * began and crashed is left to its lease.
 */
export async function reportUndelivered(deps: ConcludeRunDeps, undelivered: Undelivered): Promise<void> {
  const { tenant, jobId, runId, isExpired, message } = undelivered
  const claimed = await claimRun(deps, { tenant, jobId, runId, leaseMs: LEASE_MS, recordOnly: true })
  if (claimed.kind === 'IGNORE') {
    deps.log.info('dead letter ignored', { run: runId, because: claimed.because })
    return
  }
  const fate: Uncalled = isExpired ? missed(claimed) : { kind: 'UNDELIVERED', message }
  await concludeRun(deps, claimed, uncalledRun(claimed, fate))
}

function missed({ job, runId, claimedAt }: ClaimedRun): Uncalled {
  const lateMs = claimedAt - (parseRunId(runId)?.plannedAt ?? claimedAt)
  return { kind: 'MISSED', lateSeconds: Math.floor(lateMs / 1000), windowSeconds: jobSchedule(job).windowSeconds }
}
