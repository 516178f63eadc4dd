import { isLate } from '../domain/figures/time-slot.ts'
import type { Activity } from '../domain/run/activity.ts'
import type { Run } from '../domain/run/run.ts'
import { parseRunId } from '../domain/run/run-id.ts'
import { runLogFields } from '../domain/run/run-log.ts'
import { isEnteredAtOnce } from '../domain/run/settle.ts'
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
 * Writes what became of a run, once. One whose slot of figures is over says so first. A success is one write: the job's
 * activity learns of it with its next claim. A failure, or the end of a series of them, is entered at once.
 * @returns the job's activity as far as it is known then.
 */
export async function concludeRun(deps: ConcludeRunDeps, claimed: ClaimedRun, run: Run): Promise<Activity> {
  const now = deps.clock()
  if (isLate(parseRunId(run.id)?.plannedAt ?? now, now)) await deps.ledger.noteLate(run.tenant, run.id, now)
  if (!(await deps.ledger.conclude(run, claimed.token))) {
    deps.log.warn('the result of a run came too late: another one is recorded', { run: run.id, status: run.status })
    return claimed.activity
  }
  const { flexMinutes } = claimed.job.definition
  deps.log.info('run', runLogFields(run, { stage: deps.stage, now: deps.clock(), flexMinutes }))
  if (!isEnteredAtOnce(run, claimed.activity, claimed.job)) return claimed.activity
  const { enterResult } = await import('./enter-result.ts')
  return (await enterResult(deps, run)) ?? claimed.activity
}
