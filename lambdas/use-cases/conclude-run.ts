import { isLate } from '../domain/figures/time-slot.ts'
import { settle } from '../domain/run/activity.ts'
import { isFailure, type Run } from '../domain/run/run.ts'
import { parseRunId } from '../domain/run/run-id.ts'
import { runLogFields } from '../domain/run/run-log.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { RunLedger } from '../ports/run-ledger.ts'
import type { ClaimedRun } from './claim-run.ts'

export type ConcludeRunDeps = {
  readonly ledger: RunLedger
  readonly clock: Clock
  readonly log: Log
  readonly stage: string
}

/**
 * Writes what became of a run, once. One whose slot of figures is over says so first. A success is one write: the job's activity learns of it with its next claim. A
 * failure, or the end of a series of them, is entered at once.
 */
export async function concludeRun(deps: ConcludeRunDeps, claimed: ClaimedRun, run: Run): Promise<void> {
  const now = deps.clock()
  if (isLate(parseRunId(run.id)?.plannedAt ?? now, now)) await deps.ledger.noteLate(run.tenant, run.id, now)
  if (!(await deps.ledger.conclude(run, claimed.token))) {
    deps.log.warn('the result of a run came too late: another one is recorded', { run: run.id, status: run.status })
    return
  }
  const { flexMinutes } = claimed.job.definition
  deps.log.info('run', runLogFields(run, { stage: deps.stage, now: deps.clock(), flexMinutes }))
  if (isFailure(run.status) || claimed.activity.consecutiveFailures > 0) await enter(deps, run)
}

const MOST_TRIES = 10

/** Should all tries fail, the next claim enters it. */
async function enter(deps: ConcludeRunDeps, run: Run): Promise<void> {
  const jobId = parseRunId(run.id)?.jobId ?? ''
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const snapshot = await deps.ledger.snapshot(run.tenant, jobId)
    if (!snapshot?.activity.active[run.id]) return
    const settled = settle(snapshot.activity, new Map([[run.id, run.status]]))
    if (await deps.ledger.save(run.tenant, jobId, { ...settled, rev: settled.rev + 1 })) return
  }
}
