import type { Activity } from '../domain/run/activity.ts'
import { changeSince } from '../domain/run/decide-claim.ts'
import { type Run, waited } from '../domain/run/run.ts'
import { expiryOf } from '../domain/run/run-expiry.ts'
import { unrecordedRun } from '../domain/run/unrecorded-run.ts'
import type { ClaimedRun } from './claim-run.ts'
import { concludeRun } from './conclude-run.ts'
import type { Invocation } from './execute-run.ts'
import type { TryAgainDeps } from './try-again.ts'
import { tryOnce } from './try-once.ts'

export type CarryOutRunDeps = TryAgainDeps

/**
 * Calls the target of a claimed run until it succeeds or there is nothing left to try, and writes what came of it.
 * @returns the job's activity as far as it is known then.
 */
export async function carryOutRun(
  deps: CarryOutRunDeps,
  claimed: ClaimedRun,
  invocation: Invocation,
): Promise<Activity> {
  const run = await begun(deps, claimed)
  const change = run.attempts.length === 0 ? undefined : changeSinceBegun(claimed)
  if (change) {
    const { endedRun } = await import('../domain/run/uncalled-run.ts')
    return concludeRun(deps, claimed, endedRun(claimed, run, { kind: 'ENDED', because: change }))
  }
  const tried = await tryOnce(deps, claimed, claimed.isTakenOver ? { ...run, takenOverAt: claimed.claimedAt } : run)
  if (tried.outcome.isSuccess) return concludeRun(deps, claimed, tried.run)
  const { tryAgain } = await import('./try-again.ts')
  return tryAgain(deps, claimed, tried, invocation)
}

/**
 * What has become of the job of a run that has had an attempt: one that broke off between two of them, and is taken over, is
 * tried again no more than one that was laid aside.
 */
const changeSinceBegun = ({ job, runId, activity }: ClaimedRun) =>
  changeSince(job, runId, activity.active[runId]?.version ?? job.version)

/** The run as it begins, or as it was laid aside. */
async function begun(deps: CarryOutRunDeps, claimed: ClaimedRun): Promise<Run> {
  const { job, runId, claimedAt, isNew } = claimed
  const earlier = isNew ? undefined : await deps.ledger.record(job.tenant, runId)
  if (earlier) return resumed(deps, claimed, earlier)
  const claim = claimed.activity.active[runId]
  const jobName = job.definition.name
  return unrecordedRun({ tenant: job.tenant, id: runId, jobName, claim, expiresAt: expiryOf(job, claimedAt) })
}

/** The run as it goes on. An attempt that begins before it was due, because its run is taken over, is said to have begun. */
async function resumed(deps: CarryOutRunDeps, claimed: ClaimedRun, earlier: Run): Promise<Run> {
  const run = waited(earlier)
  if ((earlier.nextAttemptAt ?? 0) > claimed.claimedAt) await deps.ledger.conclude(run, claimed.token)
  return run
}
