import type { Activity } from '../domain/run/activity.ts'
import { changeSince } from '../domain/run/decide-claim.ts'
import { retryDelayMs } from '../domain/run/decide-retry.ts'
import { type Ended, endedRun } from '../domain/run/uncalled-run.ts'
import type { ClaimedRun } from './claim-run.ts'
import { type ConcludeRunDeps, concludeRun } from './conclude-run.ts'
import { LONGEST_HOST_WAIT_MS } from './enter-host.ts'
import type { Invocation } from './execute-run.ts'
import { type ParkRunDeps, parkRun } from './park-run.ts'
import { type Tried, type TryOnceDeps, tryOnce } from './try-once.ts'

export type TryAgainDeps = TryOnceDeps &
  ConcludeRunDeps &
  ParkRunDeps & {
    readonly sleep: (ms: number) => Promise<void>
    /** From 0 to 1. */
    readonly random: () => number
  }

/** Waiting in a function is paid for; a one-off schedule costs as much as some seconds of it, but may be a minute late. */
const LONGEST_WAIT_MS = 30_000
/** How often somebody who waits in place looks whether there is still something to wait for, in ms. */
const LOOK_MS = 2_000
/** Left for writing the result, in ms. */
const RESULT_MARGIN_MS = 10_000

/**
 * Tries a run that has not succeeded again until it does or there is nothing left to try, and writes what came of it.
 * @returns the job's activity as far as it is known then.
 */
export async function tryAgain(
  deps: TryAgainDeps,
  claimed: ClaimedRun,
  first: Tried,
  invocation: Invocation,
): Promise<Activity> {
  let tried = first
  for (;;) {
    const { run, outcome, cancelledBy } = tried
    const { attempts } = run
    if (cancelledBy) return concludeRun(deps, claimed, endedRun(claimed, run, { kind: 'CANCELLED', by: cancelledBy }))
    const delayMs = retryDelayMs(claimed.job.definition, outcome, attempts.length - 1, deps.random())
    if (delayMs === undefined) return concludeRun(deps, claimed, run)
    const nextAttemptAt = deps.clock() + delayMs
    await deps.ledger.conclude({ ...run, status: 'RUNNING', finishedAt: null, nextAttemptAt }, claimed.token)
    const nextMs = delayMs + LONGEST_HOST_WAIT_MS + claimed.job.definition.timeout
    const leftMs = invocation.remainingMs() - nextMs - RESULT_MARGIN_MS
    if (delayMs > LONGEST_WAIT_MS || leftMs < 0) {
      return parkRun(deps, claimed, attempts.length + 1, nextAttemptAt)
    }
    const change = await waitInPlace(deps, claimed, delayMs)
    if (change) return concludeRun(deps, claimed, endedRun(claimed, run, change))
    tried = await tryOnce(deps, claimed, run)
  }
}

/** @returns what ends the run, if something does: at once, within a look. */
async function waitInPlace(deps: TryAgainDeps, claimed: ClaimedRun, delayMs: number): Promise<Ended | undefined> {
  for (let leftMs = delayMs; leftMs > 0; leftMs -= LOOK_MS) {
    await deps.sleep(Math.min(leftMs, LOOK_MS))
    const change = await changeMeanwhile(deps, claimed)
    if (change) return change
  }
  return undefined
}

/** What has become of the job, or of the wish that it runs, during a wait. */
async function changeMeanwhile(deps: TryAgainDeps, { job, runId }: ClaimedRun): Promise<Ended | undefined> {
  const snapshot = await deps.ledger.snapshot(job.tenant, job.id)
  if (!snapshot) return { kind: 'ENDED', because: 'JOB_DELETED' }
  const claim = snapshot.activity.active[runId]
  if (claim?.cancel) return { kind: 'CANCELLED', by: claim.cancel }
  const because = changeSince(snapshot.job, runId, claim?.version ?? job.version)
  return because && { kind: 'ENDED', because }
}
