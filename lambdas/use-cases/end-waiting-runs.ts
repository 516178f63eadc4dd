import type { Job } from '../domain/job/job.ts'
import { dueNotices } from '../domain/notification/notice.ts'
import type { RunStarter } from '../ports/run-starter.ts'
import type { ConcludeRunDeps } from './conclude-run.ts'
import { endWaitingRun } from './end-waiting-run.ts'

export type EndWaitingRunsDeps = ConcludeRunDeps & { readonly starter: RunStarter }

/** Whoever changes a job waits for it, in ms: a job whose runs may overlap can have hundreds that wait. */
const LONGEST_MS = 5_000

/**
 * Ends the runs of a job that wait for their next attempt, once the job has been written as what ends them. What is left,
 * because something failed or there are too many, ends when its attempt falls due.
 * @returns how many have ended.
 */
export async function endWaitingRuns(deps: EndWaitingRunsDeps, { tenant, id: jobId }: Job): Promise<number> {
  let ended = 0
  try {
    const until = deps.clock() + LONGEST_MS
    const { active = {} } = (await deps.ledger.activity(tenant, jobId)) ?? {}
    // In the order of their time, in which they are counted.
    for (const runId of Object.keys(active).sort()) {
      const attempt = active[runId]?.parked?.attempt
      if (attempt === undefined || deps.clock() > until) continue
      const end = await endWaitingRun(deps, { tenant, jobId, runId, attempt })
      if (end.kind !== 'ENDED') continue
      ended++
      const isToBeTold = dueNotices(end.activity, deps.clock()).length > 0
      if (isToBeTold) await deps.starter.start({ kind: 'notify', tenant, jobId, runId })
    }
  } catch (error) {
    deps.log.warn('waiting runs are left until their attempts fall due', { jobId, error })
  }
  return ended
}
