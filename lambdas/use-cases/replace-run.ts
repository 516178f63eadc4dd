import type { Activity, Claim } from '../domain/run/activity.ts'
import type { Fate } from '../domain/run/decide-claim.ts'
import { isFinal } from '../domain/run/run.ts'
import type { ClaimedRun } from './claim-run.ts'
import { type ParkRunDeps, parkRun } from './park-run.ts'
import { type StopRunDeps, stopRun } from './stop-run.ts'

export type ReplaceRunDeps = StopRunDeps & ParkRunDeps & { readonly sleep: (ms: number) => Promise<void> }

/** How long a run waits for those that it replaces, and how often it looks, in ms. */
const PATIENCE_MS = 5000
const LOOK_MS = 250

/** What came of waiting: the way is free, the run waits on, laid aside, or it is to stop itself. */
export type Replacement =
  | { readonly kind: 'FREE' }
  | { readonly kind: 'PARKED'; readonly activity: Activity }
  | { readonly kind: 'CANCELLED'; readonly by: NonNullable<Claim['cancel']> }

/**
 * Asks the runs in the way to stop and waits for all of them. One that does not stop in time may have crashed: then the new
 * run waits, laid aside, until nobody can hold the lock any more. One that is claimed later replaces this one, too,
 * though it has called nobody yet: the claims are an order.
 */
export async function replaceRun(
  deps: ReplaceRunDeps,
  claimed: ClaimedRun,
  { inTheWay, leaseUntil }: Extract<Fate, { kind: 'REPLACE' }>,
): Promise<Replacement> {
  const { tenant, id: jobId } = claimed.job
  for (const runId of inTheWay) await stopRun(deps, { tenant, jobId, runId, by: 'REPLACED' })
  const until = deps.clock() + PATIENCE_MS
  for (;;) {
    const records = await Promise.all(inTheWay.map((runId) => deps.ledger.record(tenant, runId)))
    const cancel = (await deps.ledger.activity(tenant, jobId))?.active[claimed.runId]?.cancel
    if (cancel) return { kind: 'CANCELLED', by: cancel }
    if (records.every((record) => record && isFinal(record.status))) return { kind: 'FREE' }
    if (deps.clock() >= until) break
    await deps.sleep(LOOK_MS)
  }
  return { kind: 'PARKED', activity: await parkRun(deps, claimed, 1, leaseUntil) }
}
