import * as z from 'zod'
import type { Activity, KnownStatus } from '../run/activity.ts'
import type { Run } from '../run/run.ts'
import { LastRun, lastRunView } from '../run/run-view.ts'
import { settle } from '../run/settle.ts'
import { unrecordedRun } from '../run/unrecorded-run.ts'
import { targetWarnings } from '../target/check-target.ts'
import { type Job, JobDefinition, targetOf } from './job.ts'
import { nextRunAt } from './job-schedule.ts'

/** Everything of one job that a reader sees, as it was read. */
export type JobSnapshot = {
  readonly job: Job
  readonly activity: Activity
  readonly newest: Run | undefined
}

/** A job as the API shows it: its definition and what Punctual knows of it. */
export const JobView = z
  .object({
    ...JobDefinition.shape,
    id: z.string(),
    status: z.enum(['ACTIVE', 'PAUSED', 'DISABLED', 'COMPLETED']),
    syncState: z.enum(['PENDING', 'SYNCED']),
    /** Why it was disabled, where it was. */
    disabledReason: z.object({ code: z.string(), message: z.string(), at: z.string() }).nullable(),
    /** Why the plan paused it, where it did. */
    pausedReason: z.object({ code: z.string(), message: z.string(), at: z.string() }).nullable(),
    nextRunAt: z.string().nullable(),
    lastRun: LastRun.nullable(),
    consecutiveFailures: z.int(),
    createdAt: z.string(),
    updatedAt: z.string(),
    version: z.int(),
    /** What deserves a second thought about the target. */
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Job' })
export type JobView = z.output<typeof JobView>

/** The status that a reader sees: an active job with nothing left to fire is complete. */
export function jobStatus(
  job: Pick<Job, 'desired'> & { readonly disabled?: Job['disabled'] | boolean },
  next: number | undefined,
): JobView['status'] {
  if (job.desired === 'PAUSED') return job.disabled ? 'DISABLED' : 'PAUSED'
  return job.desired === 'ACTIVE' && next !== undefined ? 'ACTIVE' : 'COMPLETED'
}

/** @param now epoch ms. */
export function jobView({ job, activity, newest }: JobSnapshot, now: number): JobView {
  const next = nextRunAt(job, now)
  const known = new Map<string, KnownStatus>(newest ? [[newest.id, newest.status]] : [])
  const lastRun = newestRun(job, activity, newest)
  return {
    ...job.definition,
    id: job.id,
    status: jobStatus(job, next),
    syncState: job.syncState,
    disabledReason: reasonView(job.disabled),
    pausedReason: reasonView(job.paused),
    nextRunAt: next === undefined ? null : new Date(next).toISOString(),
    lastRun: lastRun ? lastRunView(lastRun, now) : null,
    consecutiveFailures: settle(activity, known, job).consecutiveFailures,
    createdAt: new Date(job.createdAt).toISOString(),
    updatedAt: new Date(job.updatedAt).toISOString(),
    version: job.version,
    warnings: targetWarnings(targetOf(job.definition)).map(({ detail }) => detail),
  }
}

const reasonView = (reason: Job['disabled']) => (reason ? { ...reason, at: new Date(reason.at).toISOString() } : null)

/** The newest run: one that has just been claimed has no record yet. */
function newestRun(job: Job, activity: Activity, recorded: Run | undefined): Run | undefined {
  const [id] = Object.keys(activity.active).sort().reverse()
  if (id === undefined || (recorded && recorded.id >= id)) return recorded
  return unrecordedRun({
    tenant: job.tenant,
    id,
    jobName: job.definition.name,
    claim: activity.active[id],
    expiresAt: 0,
  })
}
