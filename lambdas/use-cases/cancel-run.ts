import type { Authored } from '../domain/audit/author.ts'
import { runAudit } from '../domain/audit/job-audit.ts'
import { notFound, Refusal } from '../domain/refusal.ts'
import { isFinal } from '../domain/run/run.ts'
import { parseRunId } from '../domain/run/run-id.ts'
import { endedRun } from '../domain/run/uncalled-run.ts'
import { claimRun } from './claim-run.ts'
import { concludeRun } from './conclude-run.ts'
import { type StopRunDeps, stopRun } from './stop-run.ts'

export type CancelRunDeps = Authored & StopRunDeps

/** Writing one record takes no longer, in ms. */
const LEASE_MS = 60_000

/**
 * Cancels a run: a call that is going on is aborted within seconds, a retry or a promised manual run never happens.
 * @throws Refusal `not-found`; `conflict` for a run that is over.
 */
export async function cancelRun(deps: CancelRunDeps, tenant: string, runId: string): Promise<void> {
  const jobId = parseRunId(runId)?.jobId
  if (jobId === undefined) throw notFound('run')
  const record = await deps.ledger.record(tenant, runId)
  if (record && isFinal(record.status)) {
    throw new Refusal('conflict', `The run is over: it is ${record.status}, and cannot be cancelled any more.`)
  }
  const snapshot = await deps.ledger.snapshot(tenant, jobId)
  if (!snapshot) throw notFound('run')
  const { job, activity } = snapshot
  const run = { tenant, jobId, runId, jobName: job.definition.name }
  const audit = runAudit(deps.author, 'run.cancelled', run, deps.clock())
  if (activity.active[runId]) return stopRun(deps, { ...run, by: 'USER', audit })
  if (activity.queued[runId] === undefined) throw notFound('run')
  const claimed = await claimRun(deps, { tenant, jobId, runId, leaseMs: LEASE_MS, recordOnly: true, audit })
  // The executor was faster: it is running now.
  if (claimed.kind === 'IGNORE') return stopRun(deps, { ...run, by: 'USER', audit })
  await concludeRun(deps, claimed, endedRun(claimed, undefined, { kind: 'CANCELLED', by: 'USER' }))
}
