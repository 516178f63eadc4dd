import { parked } from '../domain/run/activity.ts'
import type { RunLedger } from '../ports/run-ledger.ts'
import type { RunPostponer } from '../ports/run-postponer.ts'
import { changeActivity } from './change-activity.ts'
import type { ClaimedRun } from './claim-run.ts'

export type ParkRunDeps = { readonly ledger: Pick<RunLedger, 'activity' | 'save'>; readonly postponer: RunPostponer }

/**
 * Lays a claimed run aside until an instant, then has it resumed. The claim says so first: should the resumption never
 * come, the sweeper finds the claim's lease ended.
 * @param attempt the attempt that comes next. @param until epoch ms.
 */
export async function parkRun(deps: ParkRunDeps, claimed: ClaimedRun, attempt: number, until: number): Promise<void> {
  const { job, runId, token } = claimed
  const { tenant, id: jobId } = job
  const isParked = await changeActivity(deps, tenant, jobId, (activity) =>
    parked(activity, runId, token, { attempt, until }),
  )
  if (isParked) await deps.postponer.postpone({ kind: 'resume', tenant, jobId, runId, attempt }, until)
}
