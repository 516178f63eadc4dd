import { isFinal } from '../domain/run/run.ts'
import type { ClaimedRun } from './claim-run.ts'
import { type ParkRunDeps, parkRun } from './park-run.ts'
import { type StopRunDeps, stopRun } from './stop-run.ts'

export type ReplaceRunDeps = StopRunDeps & ParkRunDeps & { readonly sleep: (ms: number) => Promise<void> }

/** How long a run waits for the one that it replaces, and how often it looks, in ms. */
const PATIENCE_MS = 5000
const LOOK_MS = 250

/**
 * Asks the run in the way to stop and waits for it. One that does not stop in time may have crashed: then the new run waits,
 * laid aside, until nobody can hold the lock any more.
 * @returns whether the way is free.
 */
export async function replaceRun(
  deps: ReplaceRunDeps,
  claimed: ClaimedRun,
  { inTheWay, leaseUntil }: { readonly inTheWay: string; readonly leaseUntil: number },
): Promise<boolean> {
  const { tenant, id: jobId } = claimed.job
  await stopRun(deps, { tenant, jobId, runId: inTheWay, by: 'REPLACED' })
  const until = deps.clock() + PATIENCE_MS
  for (;;) {
    const record = await deps.ledger.record(tenant, inTheWay)
    if (record && isFinal(record.status)) return true
    if (deps.clock() >= until) break
    await deps.sleep(LOOK_MS)
  }
  await parkRun(deps, claimed, 1, leaseUntil)
  return false
}
