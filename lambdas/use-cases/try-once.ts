import type { Claim } from '../domain/run/activity.ts'
import type { TryOutcome } from '../domain/run/decide-retry.ts'
import type { Run } from '../domain/run/run.ts'
import { type Call, type CallResult, type CallTargetDeps, callTarget } from './call-target.ts'
import type { ClaimedRun } from './claim-run.ts'
import { type EnterHostDeps, enterHost } from './enter-host.ts'
import { type WatchCallDeps, watchCall } from './watch-call.ts'

export type TryOnceDeps = CallTargetDeps & WatchCallDeps & EnterHostDeps

/** A run after one more attempt. */
export type Tried = {
  readonly run: Run
  readonly outcome: TryOutcome
  /** Who had the attempt stopped. */
  readonly cancelledBy: Claim['cancel']
}

/** Calls the target of a claimed run once. */
export async function tryOnce(deps: TryOnceDeps, claimed: ClaimedRun, run: Run): Promise<Tried> {
  const watch = watchCall(deps, claimed, { ...run, status: 'RUNNING', finishedAt: null })
  try {
    const call = { job: claimed.job, runId: run.id, attemptsBefore: run.attempts.length, signal: watch.signal }
    const { record, outcome } = await callInTurn(deps, claimed, call)
    const attempts = [...run.attempts, ...record.attempts]
    // An answer that came all the same is the result.
    const cancelledBy = outcome.code === 'ABORTED' ? watch.cancelledBy() : undefined
    return { run: { ...run, ...record, attempts, finishedAt: deps.clock() }, outcome, cancelledBy }
  } finally {
    await watch.end()
  }
}

/** Calls the target once there is a place for it at its host; without one, the attempt fails as one that may be tried again. */
async function callInTurn(deps: TryOnceDeps, claimed: ClaimedRun, call: Call): Promise<CallResult> {
  const entry = await enterHost(deps, claimed, call.signal)
  if (!entry.ok) {
    const { hostBusy } = await import('./host-wait.ts')
    return hostBusy(call, entry, deps.hostParallelism, deps.clock())
  }
  try {
    const result = await callTarget(deps, call)
    return entry.waitedMs === 0 ? result : withWait(result, entry.waitedMs)
  } finally {
    await entry.leave()
  }
}

/** Says on the first attempt of a call how long it waited. */
function withWait(result: CallResult, waitedMs: number): CallResult {
  const [first, ...others] = result.record.attempts
  return first ? { ...result, record: { ...result.record, attempts: [{ ...first, waitedMs }, ...others] } } : result
}
