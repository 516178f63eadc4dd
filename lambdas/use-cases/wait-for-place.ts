import { sharedPlaces } from '../domain/target/host-places.ts'
import type { ClaimedRun } from './claim-run.ts'
import { type EnterHostDeps, type Entry, LONGEST_HOST_WAIT_MS } from './enter-host.ts'

/** Time between two looks, in ms: at first, and at the most. */
const FIRST_LOOK_MS = 200
const LAST_LOOK_MS = 2000
/** A place is held for so much longer than a call may take, in ms; a holder that crashed holds it as long. */
const LEASE_MARGIN_MS = 15_000

/** Waits for one of the places at a host that its jobs share. A store that fails keeps no run from being made. */
export async function waitForPlace(
  deps: EnterHostDeps,
  claimed: ClaimedRun,
  host: string,
  signal: AbortSignal,
): Promise<Entry> {
  const leave = () => deps.hostPlaces.giveBack(host, claimed.runId).catch(warn(deps, claimed))
  const startedAt = deps.clock()
  for (let lookMs = FIRST_LOOK_MS; ; lookMs = Math.min(LAST_LOOK_MS, lookMs * 1.5)) {
    const now = deps.clock()
    const waitedMs = now - startedAt
    const until = now + claimed.job.definition.timeout + LEASE_MARGIN_MS
    const most = sharedPlaces(deps.hostParallelism)
    const isTaken = await deps.hostPlaces.take(host, claimed.runId, { now, until, most }).catch(warn(deps, claimed))
    if (isTaken ?? true) return { ok: true, waitedMs, leave }
    // A call that is stopped opens no connection: it needs no place.
    if (signal.aborted) return { ok: true, waitedMs, leave: async () => {} }
    if (waitedMs >= LONGEST_HOST_WAIT_MS) return { ok: false, waitedMs, host }
    await deps.sleep(Math.round(lookMs * (0.5 + deps.random() / 2)))
  }
}

const warn =
  (deps: EnterHostDeps, { runId }: ClaimedRun) =>
  (error: unknown) =>
    deps.log.warn('the places of a host could not be reached', { run: runId, error })
