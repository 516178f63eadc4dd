import type { Job } from '../domain/job/job.ts'
import { jobSchedule } from '../domain/job/job-schedule.ts'
import type { Clock } from '../ports/clock.ts'
import type { JobStore } from '../ports/job-store.ts'
import type { Log } from '../ports/log.ts'
import type { RunStarter } from '../ports/run-starter.ts'
import type { ScheduleProjector } from '../ports/schedule-projector.ts'

export type SyncSchedulesDeps = {
  readonly jobs: Pick<JobStore, 'markSynced' | 'remove'>
  readonly schedules: ScheduleProjector
  readonly starter: RunStarter
  readonly clock: Clock
  readonly log: Log
}

/**
 * Makes EventBridge agree with a job row that was just written: the new generation's schedules first, then the older
 * ones away, then the row SYNCED. Whatever fails or crashes on the way leaves the row PENDING, and the sweeper goes on
 * from there; every step may be repeated.
 * @param recordedUpTo what was planned until then has a record, epoch ms. Without it the row stays PENDING while there is
 * something to be recorded as missed: that is for the sweeper to do.
 * @returns the job as it now is.
 */
export async function syncSchedules(deps: SyncSchedulesDeps, job: Job, recordedUpTo?: number): Promise<Job> {
  if (job.syncState === 'SYNCED') return job
  try {
    const occurrence = { tenant: job.tenant, jobId: job.id, generation: job.generation }
    const projections = job.desired === 'ACTIVE' ? jobSchedule(job).projections(deps.clock()) : []
    await Promise.all(projections.map((projection) => deps.schedules.create(projection, occurrence)))
    const isCaughtUp = job.desired !== 'ACTIVE' || (await startPassed(deps, job, recordedUpTo))
    await Promise.all(job.stale.map((name) => deps.schedules.remove(name)))
    if (job.desired === 'DELETED') {
      // Runs that are still going on need the row to be concluded by; the sweeper removes it after them.
      await deps.jobs.remove(job)
      return { ...job, syncState: 'SYNCED', stale: [] }
    }
    return isCaughtUp && (await deps.jobs.markSynced(job)) ? { ...job, syncState: 'SYNCED', stale: [] } : job
  } catch (error) {
    deps.log.warn('schedules are not in step yet', { jobId: job.id, generation: job.generation, error })
    return job
  }
}

/**
 * Hands over what fell due between the row's writing and its schedules' making, which EventBridge will not deliver. What
 * was delivered after all is told apart by its occurrence.
 * @returns false when something is too late to be handed over, and nobody has recorded it.
 */
async function startPassed({ starter, clock }: SyncSchedulesDeps, job: Job, recordedUpTo?: number): Promise<boolean> {
  const schedule = jobSchedule(job)
  const now = clock()
  for (const instant of schedule.occurrencesAfter(Math.max(job.since, recordedUpTo ?? job.since))) {
    if (instant > now) return true
    if (recordedUpTo === undefined && instant <= now - schedule.windowSeconds * 1000) return false
    const plannedAt = new Date(instant).toISOString()
    await starter.start({ kind: 'occurrence', tenant: job.tenant, jobId: job.id, plannedAt })
  }
  return true
}
