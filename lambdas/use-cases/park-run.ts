import { type Activity, parked } from '../domain/run/activity.ts'
import type { RunPostponer } from '../ports/run-postponer.ts'
import { changeActivity } from './change-activity.ts'
import type { ClaimedRun } from './claim-run.ts'
import type { ConcludeRunDeps } from './conclude-run.ts'
import { endWaitingRun } from './end-waiting-run.ts'

export type ParkRunDeps = ConcludeRunDeps & { readonly postponer: RunPostponer }

/**
 * Lays a claimed run aside until an instant, then has it resumed. The claim says so first: should the resumption never
 * come, the sweeper finds the claim's lease ended. At last it is looked whether the run may still go on: who ends it, edits,
 * pauses or deletes its job first writes that and then looks for runs that wait, so that one of the two sees the other.
 * @param attempt the attempt that comes next. @param until epoch ms.
 * @returns the job's activity as far as it is known then.
 */
export async function parkRun(
  deps: ParkRunDeps,
  claimed: ClaimedRun,
  attempt: number,
  until: number,
): Promise<Activity> {
  const { job, runId, token } = claimed
  const { tenant, id: jobId } = job
  const written = await changeActivity(deps, tenant, jobId, (activity) =>
    parked(activity, runId, token, { attempt, until }),
  )
  if (!written) return claimed.activity
  await deps.postponer.postpone({ kind: 'resume', tenant, jobId, runId, attempt }, until)
  const end = await endWaitingRun(deps, { tenant, jobId, runId, attempt })
  if (end.kind === 'ENDED') return end.activity
  if (end.kind === 'GOES_ON') {
    deps.log.info('run waits', {
      run: runId,
      jobName: job.definition.name,
      attempt,
      until: new Date(until).toISOString(),
    })
  }
  return written
}
