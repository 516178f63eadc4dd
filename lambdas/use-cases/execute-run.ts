import { dueNotices } from '../domain/notification/notice.ts'
import type { Activity } from '../domain/run/activity.ts'
import { type RunOrder, runIdOf } from '../domain/run/run-order.ts'
import { isEnteredAtOnce } from '../domain/run/settle.ts'
import { type CarryOutRunDeps, carryOutRun } from './carry-out-run.ts'
import { claimRun, type IgnoredOrder } from './claim-run.ts'
import type { DeliverNoticesDeps } from './deliver-notices.ts'
import type { StopRunDeps } from './stop-run.ts'

export type ExecuteRunDeps = CarryOutRunDeps & StopRunDeps & DeliverNoticesDeps

/*
 * A plain run is called, succeeds and tells nobody. What all others need is imported where it turns out to be needed, so
 * that it takes no time while a function starts.
 */

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
  if (!activity || dueNotices(activity, deps.clock()).length === 0) return
  const { deliverNotices } = await import('./deliver-notices.ts')
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
  if (claimed.kind === 'IGNORE') {
    deps.log.info('order ignored', { run: runId, because: claimed.because })
    return resultOf(deps, runId, claimed)
  }
  if (claimed.fate.kind === 'CALL') return carryOutRun(deps, claimed, invocation)
  const { meetFate } = await import('./meet-fate.ts')
  return meetFate(deps, { ...claimed, fate: claimed.fate }, invocation)
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
  const { enterResult } = await import('./enter-result.ts')
  return (await enterResult(deps, newest)) ?? activity
}
