import type { Job } from '../domain/job/job.ts'
import { jobSchedule } from '../domain/job/job-schedule.ts'
import type { Activity } from '../domain/run/activity.ts'
import { expiryOf } from '../domain/run/run-expiry.ts'
import { occurrenceRunId } from '../domain/run/run-id.ts'
import type { ConcludeRunDeps } from './conclude-run.ts'
import { reportUndelivered } from './report-undelivered.ts'

/** Written down in one go at the most; the next sweep goes on. */
const MOST_AT_ONCE = 1000

export type Missed = {
  /** How many were written down. */
  readonly missed: number
  /** What was planned until then has a record, or is under way; epoch ms. */
  readonly upTo: number
  readonly hasMore: boolean
}

/**
 * Writes down as MISSED what a job's generation had planned and what has no record, up to its window before now: younger
 * occurrences may still arrive. The newest record says nothing of those before it: there may be gaps. A run that was claimed is
 * left to its lease, though it has no record yet.
 */
export async function recordMissed(
  deps: ConcludeRunDeps,
  job: Job,
  { active }: Pick<Activity, 'active'>,
): Promise<Missed> {
  const schedule = jobSchedule(job)
  const now = deps.clock()
  const tooLate = now - schedule.windowSeconds * 1000
  // Older records have expired: that there is none says nothing.
  const oldestKept = now - (expiryOf(job, now) - now)
  const from = Math.max(job.since, oldestKept)
  let recorded: ReadonlySet<string> | undefined
  let missed = 0
  for (const plannedAt of schedule.occurrencesAfter(from)) {
    if (plannedAt > tooLate) break
    recorded ??= await deps.ledger.recordedRunIds(job.tenant, job.id, from, tooLate + 1)
    const runId = occurrenceRunId(job.id, plannedAt)
    if (recorded.has(runId) || active[runId] !== undefined) continue
    if (missed === MOST_AT_ONCE) return { missed, upTo: plannedAt - 1, hasMore: true }
    await reportUndelivered(deps, {
      tenant: job.tenant,
      jobId: job.id,
      runId,
      isExpired: true,
      message: 'There was no schedule at the planned time.',
    })
    missed++
  }
  return { missed, upTo: tooLate, hasMore: false }
}
