import { planLimits } from '../account/plan.ts'
import { requireNoExcess } from '../account/plan-excess.ts'
import { scheduleLoad } from '../schedule/schedule-load.ts'
import { editJob } from './change-job.ts'
import type { Job } from './job.ts'
import { jobSchedule } from './job-schedule.ts'
import { jobExcesses } from './plan-fit.ts'

/** Pausing what is paused changes nothing. @param now epoch ms. */
export const pausedJob = (job: Job, now: number): Job =>
  !job.definition.enabled && job.desired === 'PAUSED' ? job : editJob(job, { ...job.definition, enabled: false }, now)

/**
 * Resuming what is active changes nothing. @param now epoch ms.
 * @throws Refusal `plan-limit` for a job that its tenant's plan no longer allows.
 */
export function resumedJob(job: Job, now: number): Job {
  if (job.definition.enabled && job.desired === 'ACTIVE') return job
  const load = () => scheduleLoad(jobSchedule({ ...job, since: now }).occurrencesAfter(now))
  requireNoExcess(job.plan, jobExcesses(job.definition, load, job.plan, planLimits[job.plan]))
  return editJob(job, { ...job.definition, enabled: true }, now)
}
