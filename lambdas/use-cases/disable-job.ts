import { PUNCTUAL } from '../domain/audit/author.ts'
import { jobChanged } from '../domain/audit/job-audit.ts'
import { disabledJob } from '../domain/job/change-job.ts'
import type { Job } from '../domain/job/job.ts'
import type { Clock } from '../ports/clock.ts'
import type { JobStore } from '../ports/job-store.ts'
import type { Log } from '../ports/log.ts'

export type DisableJobDeps = {
  readonly jobs: Pick<JobStore, 'read' | 'replace'>
  readonly clock: Clock
  readonly log: Log
}

const MOST_TRIES = 5

/**
 * Disables a job for a reason of its own: from the moment that the row is written nothing of it runs. Its schedules, which
 * now do nothing, go with the next sweep.
 */
export async function disableJob(
  deps: DisableJobDeps,
  { tenant, id }: Job,
  reason: { readonly code: string; readonly message: string },
): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const job = (await deps.jobs.read(tenant, id))?.job
    if (job?.desired !== 'ACTIVE') return
    const disabled = disabledJob(job, reason, deps.clock())
    if (await deps.jobs.replace(disabled, job.version, jobChanged(PUNCTUAL, job, disabled))) {
      deps.log.info('job disabled', { jobId: id, ...reason })
      return
    }
  }
}
