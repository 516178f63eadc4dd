import type { Run } from '../domain/run/run.ts'
import { expiryOf } from '../domain/run/run-expiry.ts'
import { type RunOrder, runIdOf } from '../domain/run/run-order.ts'
import { unrecordedRun } from '../domain/run/run-view.ts'
import { uncalledRun } from '../domain/run/uncalled-run.ts'
import { type CallResult, type CallTargetDeps, callTarget } from './call-target.ts'
import { type ClaimedRun, claimRun } from './claim-run.ts'
import { type ConcludeRunDeps, concludeRun } from './conclude-run.ts'

export type ExecuteRunDeps = CallTargetDeps &
  ConcludeRunDeps & {
    /** Calls `run` after `delayMs` unless called off by what it returns. */
    readonly after: (delayMs: number, run: () => void) => () => void
  }

/** A call that takes longer than this gets a record while it runs, so that lists show it; shorter ones save the write. */
const VISIBLE_AFTER_MS = 2000

/**
 * Runs what Scheduler or a user ordered: claims it, calls the target, writes the result. Orders are delivered at least
 * once; what is not ours to run is left alone.
 * @param leaseMs how long this invocation may last at the most, and a minute more.
 */
export async function executeRun(deps: ExecuteRunDeps, order: RunOrder, leaseMs: number): Promise<void> {
  const { tenant, jobId } = order
  const runId = runIdOf(order)
  const claimed = await claimRun(deps, { tenant, jobId, runId, leaseMs })
  if (claimed.kind === 'IGNORE') {
    deps.log.info('order ignored', { run: runId, because: claimed.because })
    return
  }
  const { fate } = claimed
  const run = fate.kind === 'CALL' ? await call(deps, claimed) : uncalledRun(claimed, fate)
  await concludeRun(deps, claimed, run)
}

async function call(deps: ExecuteRunDeps, claimed: ClaimedRun): Promise<Run> {
  const { job, runId, token, claimedAt } = claimed
  const expiresAt = expiryOf(job, claimedAt)
  const running = unrecordedRun({
    tenant: job.tenant,
    id: runId,
    jobName: job.definition.name,
    claim: claimed.activity.active[runId],
    expiresAt,
  })
  let visible: Promise<unknown> = Promise.resolve()
  const callOff = deps.after(VISIBLE_AFTER_MS, () => {
    visible = deps.ledger.conclude(running, token).catch((error: unknown) => {
      deps.log.warn('a running call could not be shown', { run: runId, error })
    })
  })
  try {
    const result: CallResult = await callTarget(deps, job, runId)
    return { ...running, ...result, finishedAt: deps.clock() }
  } finally {
    callOff()
    await visible
  }
}
