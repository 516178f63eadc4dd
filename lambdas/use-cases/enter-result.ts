import type { Activity, KnownStatus } from '../domain/run/activity.ts'
import { hasFoundGone, type Run } from '../domain/run/run.ts'
import { parseRunId } from '../domain/run/run-id.ts'
import { disablingGone, settle } from '../domain/run/settle.ts'
import type { RunLedger } from '../ports/run-ledger.ts'

export type EnterResultDeps = { readonly ledger: Pick<RunLedger, 'snapshot' | 'record' | 'save'> }

const MOST_TRIES = 10

/**
 * Enters a run's end in its job's activity: counts it, and decides what is to be told of it. Should all tries fail, the
 * next claim enters it.
 * @returns the activity as it now is; undefined when the job is gone, or others were always faster.
 */
export async function enterResult(deps: EnterResultDeps, run: Run): Promise<Activity | undefined> {
  const jobId = parseRunId(run.id)?.jobId ?? ''
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const snapshot = await deps.ledger.snapshot(run.tenant, jobId)
    if (!snapshot?.activity.active[run.id]) return snapshot?.activity
    const { job, activity } = snapshot
    const settled = settle(activity, await endsKnown(deps, run, activity), job)
    const decided = hasFoundGone(run) ? disablingGone(activity, settled, run.id, job) : settled
    const entered = { ...decided, rev: activity.rev + 1 }
    if (await deps.ledger.save(run.tenant, jobId, entered)) return entered
  }
  return undefined
}

/** Runs that overlapped with this one may have ended before it, and then count before it. */
async function endsKnown(deps: EnterResultDeps, run: Run, { active }: Activity): Promise<Map<string, KnownStatus>> {
  const others = Object.keys(active).filter((id) => id !== run.id)
  const records = await Promise.all(others.map((id) => deps.ledger.record(run.tenant, id)))
  const statuses = others.map((id, index) => [id, records[index]?.status ?? 'NONE'] as const)
  return new Map<string, KnownStatus>([...statuses, [run.id, run.status]])
}
