import { planLimits } from '../domain/account/plan.ts'
import { notFound } from '../domain/refusal.ts'
import type { Run } from '../domain/run/run.ts'
import { parseRunId } from '../domain/run/run-id.ts'
import { unrecordedRun } from '../domain/run/run-view.ts'
import type { Clock } from '../ports/clock.ts'
import type { RunLedger } from '../ports/run-ledger.ts'

export type ReadRunDeps = { readonly ledger: Pick<RunLedger, 'record' | 'snapshot'>; readonly clock: Clock }

/** A run's record, or what is known of it while there is none. @throws Refusal `not-found`. */
export async function readRun(tenant: string, runId: string, deps: ReadRunDeps): Promise<Run> {
  const id = parseRunId(runId)
  if (!id) throw notFound('run')
  const run = (await recorded(tenant, runId, deps)) ?? (await unrecorded(tenant, runId, id.jobId, deps))
  // It may have been written between the two reads.
  const found = run ?? (await recorded(tenant, runId, deps))
  if (!found) throw notFound('run')
  return found
}

async function recorded(tenant: string, runId: string, deps: ReadRunDeps): Promise<Run | undefined> {
  const run = await deps.ledger.record(tenant, runId)
  return run && run.expiresAt > deps.clock() ? run : undefined
}

async function unrecorded(tenant: string, id: string, jobId: string, deps: ReadRunDeps): Promise<Run | undefined> {
  const snapshot = await deps.ledger.snapshot(tenant, jobId)
  if (!snapshot) return undefined
  const { job, activity } = snapshot
  const claim = activity.active[id]
  if (!claim && activity.queued[id] === undefined) return undefined
  const expiresAt = deps.clock() + planLimits.FREE.retentionDays * 86_400_000
  return unrecordedRun({ tenant, id, jobName: job.definition.name, claim, expiresAt })
}
