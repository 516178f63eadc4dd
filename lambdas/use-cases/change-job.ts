import type { Authored } from '../domain/audit/author.ts'
import { jobChanged } from '../domain/audit/job-audit.ts'
import { matches } from '../domain/job/etag.ts'
import type { Job } from '../domain/job/job.ts'
import type { JobSnapshot } from '../domain/job/job-view.ts'
import { notFound, Refusal } from '../domain/refusal.ts'
import type { RunOrder } from '../domain/run/run-order.ts'
import type { JobStore } from '../ports/job-store.ts'
import type { ConcludeRunDeps } from './conclude-run.ts'
import { endWaitingRuns } from './end-waiting-runs.ts'
import { type SyncSchedulesDeps, syncSchedules } from './sync-schedules.ts'

export type ChangeJobDeps = Authored & SyncSchedulesDeps & ConcludeRunDeps & { readonly jobs: JobStore }

export type JobChange = {
  readonly tenant: string
  readonly jobId: string
  /** The `If-Match` header, if any. */
  readonly ifMatch: string | undefined
  /** The row after the change; the same row when there is nothing to do. Called again when somebody else was faster. */
  readonly change: (job: Job, now: number) => Job | Promise<Job>
}

/** Others may change a job at the same moment; past this many times in a row something is wrong. */
const MOST_TRIES = 10

/**
 * Changes a job's row by compare-and-set, ends the runs that now wait in vain, and brings its schedules in step.
 * @throws Refusal `not-found`; `stale-version` when `ifMatch` names another version than the stored one.
 */
export async function changeJob(deps: ChangeJobDeps, request: JobChange): Promise<JobSnapshot> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const snapshot = await readJob(deps, request.tenant, request.jobId)
    const { job } = snapshot
    if (!matches(request.ifMatch, job.version)) {
      throw new Refusal(
        'stale-version',
        `If-Match is ${request.ifMatch}, but the job is at "${job.version}"; read it again and repeat the change.`,
      )
    }
    const changed = await request.change(job, deps.clock())
    const store = () => deps.jobs.replace(changed, job.version, jobChanged(deps.author, job, changed))
    if (changed === job || (await store())) return followChange(deps, snapshot, changed)
  }
  throw new Refusal('conflict', 'The job is being changed by others at the same time; try again.')
}

/**
 * Does what follows from a change that is written, now or by a request that broke off. A run that ends lets go of a
 * tombstone, and so comes first.
 */
async function followChange(deps: ChangeJobDeps, before: JobSnapshot, changed: Job): Promise<JobSnapshot> {
  const { tenant, id: jobId } = changed
  const { ended, toBeTold: runId } = await endWaitingRuns(deps, changed)
  if (runId !== undefined) await handOver(deps, { kind: 'notify', tenant, jobId, runId })
  const job = await syncSchedules(deps, changed)
  const now = ended > 0 ? await deps.jobs.read(tenant, jobId) : undefined
  return { ...(now ?? before), job }
}

/** Has the executor tell what is to be told. What cannot be handed over, the sweeper finds. */
async function handOver({ starter, log }: ChangeJobDeps, order: RunOrder): Promise<void> {
  try {
    await starter.start(order)
  } catch (error) {
    log.warn('notices are left to the sweeper', { order, error })
  }
}

/** @throws Refusal `not-found` for jobs that do not exist, are deleted, or belong to another tenant. */
export async function readJob(
  deps: { readonly jobs: Pick<JobStore, 'read'> },
  tenant: string,
  jobId: string,
): Promise<JobSnapshot> {
  const snapshot = await deps.jobs.read(tenant, jobId)
  if (!snapshot || snapshot.job.desired === 'DELETED') throw notFound('job')
  return snapshot
}
