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
 * @param editedVersion a user who has touched the job since knows better.
 * @returns whether it is disabled, now or by an earlier call.
 */
export async function disableJob(
  deps: DisableJobDeps,
  { tenant, id }: Pick<Job, 'tenant' | 'id'>,
  editedVersion: number,
  reason: { readonly code: string; readonly message: string },
): Promise<boolean> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const job = (await deps.jobs.read(tenant, id))?.job
    if (job?.editedVersion !== editedVersion) return false
    if (job.desired !== 'ACTIVE') return job.disabled !== undefined
    const disabled = disabledJob(job, reason, deps.clock())
    if (await deps.jobs.replace(disabled, job.version, jobChanged(PUNCTUAL, job, disabled))) {
      deps.log.info('job disabled', { jobId: id, ...reason })
      return true
    }
  }
  throw new Error(`Job ${id} could not be disabled: ${MOST_TRIES} others were faster`)
}
