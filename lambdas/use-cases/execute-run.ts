import { type RunOrder, runIdOf } from '../domain/run/run-order.ts'
import { endedRun, uncalledRun } from '../domain/run/uncalled-run.ts'
import { type CarryOutRunDeps, carryOutRun } from './carry-out-run.ts'
import { type ClaimedRun, claimRun } from './claim-run.ts'
import { concludeRun } from './conclude-run.ts'
import { replaceRun } from './replace-run.ts'
import type { StopRunDeps } from './stop-run.ts'

export type ExecuteRunDeps = CarryOutRunDeps & StopRunDeps

/** What an invocation has left. */
export type Invocation = {
  /** ms until the function is ended. */
  readonly remainingMs: () => number
}

/** A lease outlives its function by this long, so that two never run at once. */
const LEASE_MARGIN_MS = 60_000

/**
 * Runs what Scheduler or a user ordered: claims it, calls the target, writes the result. Orders are delivered at least
 * once; what is not ours to run is left alone.
 */
export async function executeRun(deps: ExecuteRunDeps, order: RunOrder, invocation: Invocation): Promise<void> {
  const { tenant, jobId } = order
  const runId = runIdOf(order)
  const leaseMs = invocation.remainingMs() + LEASE_MARGIN_MS
  const attempt = order.kind === 'resume' ? order.attempt : undefined
  const claimed = await claimRun(deps, { tenant, jobId, runId, attempt, leaseMs })
  if (claimed.kind === 'IGNORE') {
    deps.log.info('order ignored', { run: runId, because: claimed.because })
    return
  }
  await meetFate(deps, claimed, invocation)
}

async function meetFate(deps: ExecuteRunDeps, claimed: ClaimedRun, invocation: Invocation): Promise<void> {
  const { fate, job, runId } = claimed
  switch (fate.kind) {
    case 'CALL':
      return carryOutRun(deps, claimed, invocation)
    case 'REPLACE':
      return (await replaceRun(deps, claimed, fate)) ? carryOutRun(deps, claimed, invocation) : undefined
    case 'ENDED':
    case 'CANCELLED':
      return concludeRun(deps, claimed, endedRun(claimed, await deps.ledger.record(job.tenant, runId), fate))
    case 'SKIPPED':
    case 'MISSED':
    case 'LOST':
      return concludeRun(deps, claimed, uncalledRun(claimed, fate))
  }
}
