import type { NewAuditEntry } from '../domain/audit/audit-entry.ts'
import { type Claim, cancelRequested } from '../domain/run/activity.ts'
import { endedRun } from '../domain/run/uncalled-run.ts'
import { changeActivity } from './change-activity.ts'
import { claimRun } from './claim-run.ts'
import { type ConcludeRunDeps, concludeRun } from './conclude-run.ts'

export type StopRunDeps = ConcludeRunDeps

export type StopRequest = {
  readonly tenant: string
  readonly jobId: string
  readonly runId: string
  readonly by: NonNullable<Claim['cancel']>
  /** The entry of a user's wish. */
  readonly audit?: NewAuditEntry
}

/** Writing one record takes no longer, in ms. */
const LEASE_MS = 60_000

/**
 * Asks an active run to stop. A call that is going on is aborted by its executor within seconds; a run that waits for its
 * next attempt is ended here.
 */
export async function stopRun(deps: StopRunDeps, { tenant, jobId, runId, by, audit }: StopRequest): Promise<void> {
  await changeActivity(deps, tenant, jobId, (activity) => cancelRequested(activity, runId, by), audit)
  const claim = (await deps.ledger.activity(tenant, jobId))?.active[runId]
  if (!claim?.parked) return
  const claimed = await claimRun(deps, { tenant, jobId, runId, attempt: claim.parked.attempt, leaseMs: LEASE_MS })
  if (claimed.kind === 'IGNORE' || claimed.fate.kind !== 'CANCELLED') return
  await concludeRun(deps, claimed, endedRun(claimed, await deps.ledger.record(tenant, runId), claimed.fate))
}
