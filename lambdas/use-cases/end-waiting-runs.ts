import type { Job } from '../domain/job/job.ts'
import { dueNotices } from '../domain/notification/notice.ts'
import type { ConcludeRunDeps } from './conclude-run.ts'
import { endWaitingRun } from './end-waiting-run.ts'

/** What came of it. */
export type EndedRuns = {
  readonly ended: number
  /** One of those of which somebody is to be told now. */
  readonly toBeTold: string | undefined
}

/** Whoever changes a job waits for it, in ms: a job whose runs may overlap can have hundreds that wait. */
const LONGEST_MS = 5_000

/**
 * Ends the runs of a job that wait for their next attempt, once the job has been written as what ends them. What is left,
 * because something failed or there are too many, ends when its attempt falls due.
 */
export async function endWaitingRuns(deps: ConcludeRunDeps, { tenant, id: jobId }: Job): Promise<EndedRuns> {
  let ended = 0
  let toBeTold: string | undefined
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
      toBeTold = dueNotices(end.activity, deps.clock()).at(-1)
    }
  } catch (error) {
    deps.log.warn('waiting runs are left until their attempts fall due', { jobId, error })
  }
  return { ended, toBeTold }
}
