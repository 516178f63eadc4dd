import { mayCall } from '../domain/run/activity.ts'
import { type HostParallelism, hostOf } from '../domain/target/host-places.ts'
import type { Clock } from '../ports/clock.ts'
import type { HostPlaces } from '../ports/host-places.ts'
import type { Log } from '../ports/log.ts'
import type { ClaimedRun } from './claim-run.ts'

export type EnterHostDeps = {
  readonly hostPlaces: HostPlaces
  readonly hostParallelism: HostParallelism
  readonly clock: Clock
  readonly log: Log
  readonly sleep: (ms: number) => Promise<void>
  /** From 0 to 1. */
  readonly random: () => number
}

/** Whether the call may begin, and how long it has waited for that, in ms. */
export type Entry =
  | { readonly ok: true; readonly waitedMs: number; readonly leave: () => Promise<void> }
  | { readonly ok: false; readonly waitedMs: number; readonly host: string }

/** The longest that a call waits for a place, in ms: a function that waits is paid for. */
export const LONGEST_HOST_WAIT_MS = 30_000
const free: Entry = { ok: true, waitedMs: 0, leave: async () => {} }

/**
 * Waits for a place at the host that a run calls, if it has none of its own. A store that fails keeps no run from
 * being made: the limit is there for the host's sake.
 */
export async function enterHost(deps: EnterHostDeps, claimed: ClaimedRun, signal: AbortSignal): Promise<Entry> {
  if (deps.hostParallelism === 0 || hasPlace(claimed)) return free
  const host = hostOf(claimed.job.definition.targetUrl)
  if (host === undefined) return free
  const { waitForPlace } = await import('./wait-for-place.ts')
  return waitForPlace(deps, claimed, host, signal)
}

/** The place of a job is for one call at a time; further runs of a job that may overlap share places with others. */
function hasPlace({ job, runId, activity, claimedAt }: ClaimedRun): boolean {
  if (job.sharesHost) return false
  return !Object.entries(activity.active).some(([id, claim]) => id !== runId && mayCall(claim, claimedAt))
}
