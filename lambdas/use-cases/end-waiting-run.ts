import type { Activity } from '../domain/run/activity.ts'
import { endedRun } from '../domain/run/uncalled-run.ts'
import { claimRun } from './claim-run.ts'
import { type ConcludeRunDeps, concludeRun } from './conclude-run.ts'

export type WaitingRun = {
  readonly tenant: string
  readonly jobId: string
  readonly runId: string
  /** The attempt that it waits for. */
  readonly attempt: number
}

/** `GOES_ON` waits as before; of what is `TAKEN` somebody else has written, or is writing, the end. */
export type EndOfWaiting =
  | { readonly kind: 'ENDED'; readonly activity: Activity }
  | { readonly kind: 'GOES_ON' }
  | { readonly kind: 'TAKEN' }

/** Writing one record takes no longer, in ms. */
const LEASE_MS = 60_000

/**
 * Ends a run that waits for its next attempt if there will be none: it is to stop, or its job is no longer what it was. It
 * is the end that the attempt would meet when it falls due, written now; what was to resume the run then finds it over.
 */
export async function endWaitingRun(
  deps: ConcludeRunDeps,
  { tenant, jobId, runId, attempt }: WaitingRun,
): Promise<EndOfWaiting> {
  const claimed = await claimRun(deps, { tenant, jobId, runId, attempt, leaseMs: LEASE_MS, endOnly: true })
  if (claimed.kind === 'IGNORE') return { kind: claimed.because === 'GOES_ON' ? 'GOES_ON' : 'TAKEN' }
  const { fate } = claimed
  if (fate.kind !== 'ENDED' && fate.kind !== 'CANCELLED')
    throw new Error(`Run ${runId} was claimed to end: ${fate.kind}`)
  const run = endedRun(claimed, await deps.ledger.record(tenant, runId), fate)
  return { kind: 'ENDED', activity: await concludeRun(deps, claimed, run) }
}
