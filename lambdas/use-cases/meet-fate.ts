import type { Activity } from '../domain/run/activity.ts'
import type { Fate } from '../domain/run/decide-claim.ts'
import { endedRun, lostRun, uncalledRun } from '../domain/run/uncalled-run.ts'
import { type CarryOutRunDeps, carryOutRun } from './carry-out-run.ts'
import type { ClaimedRun } from './claim-run.ts'
import { concludeRun } from './conclude-run.ts'
import type { Invocation } from './execute-run.ts'
import { replaceRun } from './replace-run.ts'
import type { StopRunDeps } from './stop-run.ts'

export type MeetFateDeps = CarryOutRunDeps & StopRunDeps

/**
 * Does with a claimed run what is to become of it, where that is not simply a call.
 * @returns the job's activity as far as it is known then.
 */
export async function meetFate(
  deps: MeetFateDeps,
  claimed: ClaimedRun & { readonly fate: Exclude<Fate, { kind: 'CALL' }> },
  invocation: Invocation,
): Promise<Activity> {
  const { fate, job, runId } = claimed
  const recorded = () => deps.ledger.record(job.tenant, runId)
  switch (fate.kind) {
    case 'REPLACE': {
      const replacement = await replaceRun(deps, claimed, fate)
      if (replacement.kind === 'FREE') return carryOutRun(deps, claimed, invocation)
      if (replacement.kind === 'PARKED') return replacement.activity
      return concludeRun(deps, claimed, endedRun(claimed, await recorded(), replacement))
    }
    case 'ENDED':
    case 'CANCELLED':
      return concludeRun(deps, claimed, endedRun(claimed, await recorded(), fate))
    case 'LOST':
      return concludeRun(deps, claimed, lostRun(claimed, await recorded(), fate))
    case 'SKIPPED':
    case 'MISSED':
      return concludeRun(deps, claimed, uncalledRun(claimed, fate))
  }
}
