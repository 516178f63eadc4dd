import type { Activity } from '../domain/run/activity.ts'
import { type RunOrder, runIdOf } from '../domain/run/run-order.ts'
import { isEnteredAtOnce } from '../domain/run/settle.ts'
import { endedRun, lostRun, uncalledRun } from '../domain/run/uncalled-run.ts'
import { type CarryOutRunDeps, carryOutRun } from './carry-out-run.ts'
import { type ClaimedRun, claimRun, type IgnoredOrder } from './claim-run.ts'
import { concludeRun } from './conclude-run.ts'
import { type DeliverNoticesDeps, deliverNotices } from './deliver-notices.ts'
import { enterResult } from './enter-result.ts'
import { replaceRun } from './replace-run.ts'
import type { StopRunDeps } from './stop-run.ts'

export type ExecuteRunDeps = CarryOutRunDeps & StopRunDeps & DeliverNoticesDeps

/** What an invocation has left. */
export type Invocation = {
  /** ms until the function is ended. */
  readonly remainingMs: () => number
}

/** A lease outlives its function by this long, so that two never run at once. */
const LEASE_MARGIN_MS = 60_000

/**
 * Runs what Scheduler or a user ordered: claims it, calls the target, writes the result, and tells whoever is to be told.
 * Orders are delivered at least once; what is not ours to run is left alone.
 */
export async function executeRun(deps: ExecuteRunDeps, order: RunOrder, invocation: Invocation): Promise<void> {
  const activity =
    order.kind === 'notify'
      ? await deps.ledger.activity(order.tenant, order.jobId)
      : await carryOutOrder(deps, order, invocation)
  await deliverNotices(deps, order, activity, invocation.remainingMs)
}

/** @returns the activity of the order's job as far as it is known then. */
async function carryOutOrder(
  deps: ExecuteRunDeps,
  order: Exclude<RunOrder, { kind: 'notify' }>,
  invocation: Invocation,
): Promise<Activity | undefined> {
  const { tenant, jobId } = order
  const runId = runIdOf(order)
  const leaseMs = invocation.remainingMs() + LEASE_MARGIN_MS
  const attempt = order.kind === 'resume' ? order.attempt : undefined
  const claimed = await claimRun(deps, { tenant, jobId, runId, attempt, leaseMs })
  if (claimed.kind === 'CLAIMED') return meetFate(deps, claimed, invocation)
  deps.log.info('order ignored', { run: runId, because: claimed.because })
  return resultOf(deps, runId, claimed)
}

/** An order is delivered again when its function broke off, perhaps right after the run's end and before it was entered. */
async function resultOf(
  deps: ExecuteRunDeps,
  runId: string,
  { snapshot }: IgnoredOrder,
): Promise<Activity | undefined> {
  const { activity, newest, job } = snapshot ?? {}
  const isUnentered = activity?.active[runId] !== undefined && newest?.id === runId && newest.finishedAt !== null
  if (!isUnentered || !job || !isEnteredAtOnce(newest, activity, job)) return activity
  return (await enterResult(deps, newest)) ?? activity
}

/** @returns the job's activity as far as it is known then. */
async function meetFate(deps: ExecuteRunDeps, claimed: ClaimedRun, invocation: Invocation): Promise<Activity> {
  const { fate, job, runId, activity } = claimed
  const recorded = () => deps.ledger.record(job.tenant, runId)
  switch (fate.kind) {
    case 'CALL':
      return carryOutRun(deps, claimed, invocation)
    case 'REPLACE': {
      const replacement = await replaceRun(deps, claimed, fate)
      if (replacement.kind === 'FREE') return carryOutRun(deps, claimed, invocation)
      if (replacement.kind === 'PARKED') return activity
      return concludeRun(deps, claimed, endedRun(claimed, await recorded(), replacement))
    }
    case 'ENDED':
    case 'CANCELLED':
      return concludeRun(deps, claimed, endedRun(claimed, await recorded(), fate))
    case 'LOST':
      return concludeRun(deps, claimed, lostRun(claimed, await recorded(), fate))
    case 'SKIPPED':
    case 'MISSED':
      return concludeRun(deps, claimed, uncalledRun(claimed, fate))
  }
}
