import type { Job } from '../../domain/job/job.ts'
import { summaryOf } from '../../domain/job/job-summary.ts'
import { JOB_KEY, jobKey, jobsOfTenantKey, sweepKey } from './job-keys.ts'

/** A job as it is written; `parseJob` reads it. */
export const jobItem = (job: Job) => ({
  pk: jobKey(job.tenant, job.id),
  sk: JOB_KEY,
  tenantPk: jobsOfTenantKey(job.tenant),
  tenantSk: job.id,
  sweepPk: sweepKey(job.id),
  sweepSk: job.id,
  status: job.desired,
  summary: summaryOf(job),
  job,
})
