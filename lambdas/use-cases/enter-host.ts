import { mayCall } from '../domain/run/activity.ts'
import { type HostParallelism, hostOf, sharedPlaces } from '../domain/target/host-places.ts'
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
/** Time between two looks, in ms: at first, and at the most. */
const FIRST_LOOK_MS = 200
const LAST_LOOK_MS = 2000
/** A place is held for so much longer than a call may take, in ms; a holder that crashed holds it as long. */
const LEASE_MARGIN_MS = 15_000

const free: Entry = { ok: true, waitedMs: 0, leave: async () => {} }

/**
 * Waits for a place at the host that a run calls, if it has none of its own. A store that fails keeps no run from
 * being made: the limit is there for the host's sake.
 */
export async function enterHost(deps: EnterHostDeps, claimed: ClaimedRun, signal: AbortSignal): Promise<Entry> {
  const { definition } = claimed.job
  const host = hostOf(definition.targetUrl)
  if (deps.hostParallelism === 0 || host === undefined || hasPlace(claimed)) return free
  const leave = () => deps.hostPlaces.giveBack(host, claimed.runId).catch(warn(deps, claimed))
  const startedAt = deps.clock()
  for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(LAST_LOOK_MS, lookMs * 1.5)) {
    const now = deps.clock()
    const waitedMs = now - startedAt
    const until = now + definition.timeout + LEASE_MARGIN_MS
    const most = sharedPlaces(deps.hostParallelism)
    const isTaken = await deps.hostPlaces.take(host, claimed.runId, { now, until, most }).catch(warn(deps, claimed))
    if (isTaken ?? true) return { ok: true, waitedMs, leave }
    // A call that is stopped opens no connection: it needs no place.
    if (signal.aborted) return { ...free, waitedMs }
    if (waitedMs >= LONGEST_HOST_WAIT_MS) return { ok: false, waitedMs, host }
    await deps.sleep(Math.round(lookMs * (0.5 + deps.random() / 2)))
  }
}

const warn =
  (deps: EnterHostDeps, { runId }: ClaimedRun) =>
  (error: unknown) =>
    deps.log.warn('the places of a host could not be reached', { run: runId, error })

/** The place of a job is for one call at a time; further runs of a job that may overlap share places with others. */
function hasPlace({ job, runId, activity, claimedAt }: ClaimedRun): boolean {
  if (job.sharesHost) return false
  return !Object.entries(activity.active).some(([id, claim]) => id !== runId && mayCall(claim, claimedAt))
}
