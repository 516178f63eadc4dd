import type { NewAuditEntry } from '../domain/audit/audit-entry.ts'
import { type Claim, cancelRequested } from '../domain/run/activity.ts'
import { changeActivity } from './change-activity.ts'
import type { ConcludeRunDeps } from './conclude-run.ts'
import { endWaitingRun } from './end-waiting-run.ts'

export type StopRunDeps = ConcludeRunDeps

export type StopRequest = {
  readonly tenant: string
  readonly jobId: string
  readonly runId: string
  readonly by: NonNullable<Claim['cancel']>
  /** The entry of a user's wish. */
  readonly audit?: NewAuditEntry
}

/**
 * Asks an active run to stop. A call that is going on is aborted by its executor within seconds, and so is a short wait; a
 * run that is laid aside until its next attempt is ended here.
 */
export async function stopRun(deps: StopRunDeps, { tenant, jobId, runId, by, audit }: StopRequest): Promise<void> {
  await changeActivity(deps, tenant, jobId, (activity) => cancelRequested(activity, runId, by), audit)
  const parked = (await deps.ledger.activity(tenant, jobId))?.active[runId]?.parked
  if (parked) await endWaitingRun(deps, { tenant, jobId, runId, attempt: parked.attempt })
}
