import type { Job } from '../domain/job/job.ts'
import { jobSchedule } from '../domain/job/job-schedule.ts'
import { expiryOf } from '../domain/run/run-expiry.ts'
import { occurrenceRunId, parseRunId } from '../domain/run/run-id.ts'
import type { ConcludeRunDeps } from './conclude-run.ts'
import { reportUndelivered } from './report-undelivered.ts'

/** Written down in one go at the most; the next sweep goes on. */
const MOST_AT_ONCE = 1000

/**
 * Writes down as MISSED what a job had planned since its newest run and what was never delivered, up to its window
 * before now: younger occurrences may still arrive.
 * @returns how many were looked at.
 */
export async function recordMissed(deps: ConcludeRunDeps, job: Job): Promise<number> {
  const schedule = jobSchedule(job)
  const now = deps.clock()
  const tooLate = now - schedule.windowSeconds * 1000
  // Older records have expired: that there is none says nothing.
  const oldestKept = now - (expiryOf(job, now) - now)
  const newest = (await deps.ledger.snapshot(job.tenant, job.id))?.newest
  const recordedUpTo = newest === undefined ? 0 : (parseRunId(newest.id)?.plannedAt ?? 0)
  let looked = 0
  for (const plannedAt of schedule.occurrencesAfter(Math.max(job.since, oldestKept, recordedUpTo))) {
    if (plannedAt > tooLate || looked === MOST_AT_ONCE) break
    await reportUndelivered(deps, {
      tenant: job.tenant,
      jobId: job.id,
      runId: occurrenceRunId(job.id, plannedAt),
      isExpired: true,
      message: 'There was no schedule at the planned time.',
    })
    looked++
  }
  return looked
}
