import type { Activity } from '../domain/run/activity.ts'
import { changeSince } from '../domain/run/decide-claim.ts'
import { retryDelayMs } from '../domain/run/decide-retry.ts'
import type { Run } from '../domain/run/run.ts'
import { expiryOf } from '../domain/run/run-expiry.ts'
import { unrecordedRun } from '../domain/run/run-view.ts'
import { type Ended, endedRun } from '../domain/run/uncalled-run.ts'
import { type Call, type CallResult, type CallTargetDeps, callTarget } from './call-target.ts'
import type { ClaimedRun } from './claim-run.ts'
import { type ConcludeRunDeps, concludeRun } from './conclude-run.ts'
import { type EnterHostDeps, enterHost, LONGEST_HOST_WAIT_MS } from './enter-host.ts'
import type { Invocation } from './execute-run.ts'
import { hostBusy, withWait } from './host-wait.ts'
import { type ParkRunDeps, parkRun } from './park-run.ts'
import { type WatchCallDeps, watchCall } from './watch-call.ts'

export type CarryOutRunDeps = CallTargetDeps &
  ConcludeRunDeps &
  ParkRunDeps &
  WatchCallDeps &
  EnterHostDeps & {
    readonly sleep: (ms: number) => Promise<void>
    /** From 0 to 1. */
    readonly random: () => number
  }

/** Waiting in a function is paid for; a one-off schedule costs as much as some seconds of it, but may be a minute late. */
const LONGEST_WAIT_MS = 30_000
/** Left for writing the result, in ms. */
const RESULT_MARGIN_MS = 10_000

/**
 * Calls the target of a claimed run until it succeeds or there is nothing left to try, and writes what came of it.
 * @returns the job's activity as far as it is known then.
 */
export async function carryOutRun(
  deps: CarryOutRunDeps,
  claimed: ClaimedRun,
  invocation: Invocation,
): Promise<Activity> {
  let run = await begun(deps, claimed)
  for (;;) {
    const { result, cancelledBy } = await tryOnce(deps, claimed, run)
    const attempts = [...run.attempts, ...result.record.attempts]
    run = { ...run, ...result.record, attempts, finishedAt: deps.clock() }
    if (cancelledBy) return concludeRun(deps, claimed, endedRun(claimed, run, { kind: 'CANCELLED', by: cancelledBy }))
    const delayMs = retryDelayMs(claimed.job.definition, result.outcome, attempts.length - 1, deps.random())
    if (delayMs === undefined) return concludeRun(deps, claimed, run)
    await deps.ledger.conclude({ ...run, status: 'RUNNING', finishedAt: null }, claimed.token)
    const nextMs = delayMs + LONGEST_HOST_WAIT_MS + claimed.job.definition.timeout
    const leftMs = invocation.remainingMs() - nextMs - RESULT_MARGIN_MS
    if (delayMs > LONGEST_WAIT_MS || leftMs < 0) {
      await parkRun(deps, claimed, attempts.length + 1, deps.clock() + delayMs)
      return claimed.activity
    }
    await deps.sleep(delayMs)
    const change = await changeMeanwhile(deps, claimed)
    if (change) return concludeRun(deps, claimed, endedRun(claimed, run, change))
  }
}

/** The run as it begins, or as it was laid aside. */
async function begun(deps: CarryOutRunDeps, claimed: ClaimedRun): Promise<Run> {
  const { job, runId, claimedAt, isNew } = claimed
  const earlier = isNew ? undefined : await deps.ledger.record(job.tenant, runId)
  if (earlier) return earlier
  const claim = claimed.activity.active[runId]
  const jobName = job.definition.name
  return unrecordedRun({ tenant: job.tenant, id: runId, jobName, claim, expiresAt: expiryOf(job, claimedAt) })
}

async function tryOnce(deps: CarryOutRunDeps, claimed: ClaimedRun, run: Run) {
  const watch = watchCall(deps, claimed, { ...run, status: 'RUNNING', finishedAt: null })
  try {
    const call = { job: claimed.job, runId: run.id, attemptsBefore: run.attempts.length, signal: watch.signal }
    const result = await callInTurn(deps, claimed, call)
    // An answer that came all the same is the result.
    return { result, cancelledBy: result.outcome.code === 'ABORTED' ? watch.cancelledBy() : undefined }
  } finally {
    await watch.end()
  }
}

/** Calls the target once there is a place for it at its host; without one, the attempt fails as one that may be tried again. */
async function callInTurn(deps: CarryOutRunDeps, claimed: ClaimedRun, call: Call): Promise<CallResult> {
  const entry = await enterHost(deps, claimed, call.signal)
  if (!entry.ok) return hostBusy(call, entry, deps.hostParallelism, deps.clock())
  try {
    const result = await callTarget(deps, call)
    return entry.waitedMs === 0 ? result : withWait(result, entry.waitedMs)
  } finally {
    await entry.leave()
  }
}

/** What has become of the job, or of the wish that it runs, during a wait. */
async function changeMeanwhile(deps: CarryOutRunDeps, { job, runId }: ClaimedRun): Promise<Ended | undefined> {
  const snapshot = await deps.ledger.snapshot(job.tenant, job.id)
  if (!snapshot) return { kind: 'ENDED', because: 'JOB_DELETED' }
  const claim = snapshot.activity.active[runId]
  if (claim?.cancel) return { kind: 'CANCELLED', by: claim.cancel }
  const because = changeSince(snapshot.job, runId, claim?.version ?? job.version)
  return because && { kind: 'ENDED', because }
}
