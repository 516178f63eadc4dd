import { notFound } from '../domain/refusal.ts'
import type { Run } from '../domain/run/run.ts'
import { expiryOf } from '../domain/run/run-expiry.ts'
import { parseRunId } from '../domain/run/run-id.ts'
import { unrecordedRun } from '../domain/run/unrecorded-run.ts'
import type { Clock } from '../ports/clock.ts'
import type { RunLedger } from '../ports/run-ledger.ts'

export type ReadRunDeps = { readonly ledger: Pick<RunLedger, 'record' | 'snapshot'>; readonly clock: Clock }

/** A run's record, or what is known of it while there is none. @throws Refusal `not-found`. */
export async function readRun(deps: ReadRunDeps, tenant: string, runId: string): Promise<Run> {
  const id = parseRunId(runId)
  if (!id) throw notFound('run')
  const run = (await recorded(deps, tenant, runId)) ?? (await unrecorded(deps, tenant, runId, id.jobId))
  // It may have been written between the two reads.
  const found = run ?? (await recorded(deps, tenant, runId))
  if (!found) throw notFound('run')
  return found
}

async function recorded(deps: ReadRunDeps, tenant: string, runId: string): Promise<Run | undefined> {
  const run = await deps.ledger.record(tenant, runId)
  return run && run.expiresAt > deps.clock() ? run : undefined
}

async function unrecorded(deps: ReadRunDeps, tenant: string, id: string, jobId: string): Promise<Run | undefined> {
  const snapshot = await deps.ledger.snapshot(tenant, jobId)
  if (!snapshot) return undefined
  const { job, activity } = snapshot
  const claim = activity.active[id]
  if (!claim && activity.queued[id] === undefined) return undefined
  return unrecordedRun({ tenant, id, jobName: job.definition.name, claim, expiresAt: expiryOf(job, deps.clock()) })
}
