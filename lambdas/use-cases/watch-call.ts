import type { Claim } from '../domain/run/activity.ts'
import type { Run } from '../domain/run/run.ts'
import type { Log } from '../ports/log.ts'
import type { RunLedger } from '../ports/run-ledger.ts'
import type { ClaimedRun } from './claim-run.ts'

export type WatchCallDeps = {
  readonly ledger: Pick<RunLedger, 'activity' | 'conclude'>
  readonly log: Log
  /** Calls `run` every `periodMs` until called off by what it returns. */
  readonly every: (periodMs: number, run: () => void) => () => void
}

/**
 * A call that is still going on after this long gets a record, so that lists show it, and is asked as often whether it is
 * to stop; shorter calls save the reads and writes. ms.
 */
const PERIOD_MS = 2000

/** Looks after a call while it is going on: shows it, and aborts it when somebody cancels the run. */
export function watchCall(deps: WatchCallDeps, claimed: ClaimedRun, running: Run) {
  const abort = new AbortController()
  let cancelledBy: Claim['cancel']
  let isShown = false
  let looking: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    if (!isShown) {
      isShown = true
      await deps.ledger.conclude(running, claimed.token)
    }
    const activity = await deps.ledger.activity(claimed.job.tenant, claimed.job.id)
    cancelledBy = activity?.active[claimed.runId]?.cancel
    if (cancelledBy) abort.abort()
  }

  const callOff = deps.every(PERIOD_MS, () => {
    looking = looking.then(look).catch((error: unknown) => {
      deps.log.warn('a running call could not be looked after', { run: claimed.runId, error })
    })
  })
  return {
    signal: abort.signal,
    cancelledBy: () => cancelledBy,
    /** Stops looking, and waits for what is being written. */
    async end(): Promise<void> {
      callOff()
      await looking
    },
  }
}
