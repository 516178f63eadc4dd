import { deleteJob } from '../domain/job/change-job.ts'
import type { Job } from '../domain/job/job.ts'
import { Refusal } from '../domain/refusal.ts'
import type { KnownStatus } from '../domain/run/activity.ts'
import { settle } from '../domain/run/settle.ts'
import { type CancelRunDeps, cancelRun } from './cancel-run.ts'
import { type ChangeJobDeps, changeJob } from './change-job.ts'
import { syncSchedules } from './sync-schedules.ts'

export type EndJobDeps = ChangeJobDeps & CancelRunDeps

/**
 * Deletes a job so that nothing of it goes on: its runs are cancelled, and its row goes once their records are seen. It may be
 * repeated, for tombstones as well.
 * @returns whether a row is left, because a call has yet to be aborted or a schedule to be deleted.
 */
export async function endJob(deps: EndJobDeps, job: Job): Promise<'GONE' | 'LEFT'> {
  const { tenant, id: jobId } = job
  const change = () => changeJob(deps, { tenant, jobId, ifMatch: undefined, change: deleteJob })
  if (job.desired !== 'DELETED') await unlessRefused(change())
  const tombstone = await deps.jobs.read(tenant, jobId)
  if (!tombstone) return 'GONE'
  const { active, queued } = tombstone.activity
  for (const runId of [...Object.keys(active), ...Object.keys(queued)]) {
    await unlessRefused(cancelRun(deps, tenant, runId))
  }
  await settleRuns(deps, tombstone.job)
  await syncSchedules(deps, tombstone.job)
  return (await deps.jobs.read(tenant, jobId)) ? 'LEFT' : 'GONE'
}

/** What is refused has been done by somebody faster. */
async function unlessRefused(act: Promise<unknown>): Promise<void> {
  try {
    await act
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}

/** Enters what has finished into the job's activity, as its next claim would. */
async function settleRuns({ ledger }: EndJobDeps, job: Job): Promise<void> {
  const { tenant, id: jobId } = job
  const activity = await ledger.activity(tenant, jobId)
  if (!activity) return
  const known = new Map<string, KnownStatus>()
  for (const runId of Object.keys(activity.active)) {
    known.set(runId, (await ledger.record(tenant, runId))?.status ?? 'NONE')
  }
  const settled = settle(activity, known, job)
  if (Object.keys(settled.active).length < Object.keys(activity.active).length) {
    await ledger.save(tenant, jobId, { ...settled, rev: activity.rev + 1 })
  }
}
