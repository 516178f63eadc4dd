import { PUNCTUAL } from '../domain/audit/author.ts'
import { jobChanged } from '../domain/audit/job-audit.ts'
import { completeJob } from '../domain/job/change-job.ts'
import type { Job } from '../domain/job/job.ts'
import { isOver, nextRunAt, parseScheduleName } from '../domain/job/job-schedule.ts'
import type { JobSnapshot } from '../domain/job/job-view.ts'
import { dueNotices } from '../domain/notification/notice.ts'
import type { KnownStatus } from '../domain/run/activity.ts'
import { isFinal } from '../domain/run/run.ts'
import { instantOf, parseRunId } from '../domain/run/run-id.ts'
import type { RunOrder } from '../domain/run/run-order.ts'
import { settle } from '../domain/run/settle.ts'
import type { JobStore } from '../ports/job-store.ts'
import type { RunStarter } from '../ports/run-starter.ts'
import type { ScheduleList } from '../ports/schedule-projector.ts'
import type { ConcludeRunDeps } from './conclude-run.ts'
import { recordMissed } from './record-missed.ts'
import { type SyncSchedulesDeps, syncSchedules } from './sync-schedules.ts'
import { type HostOwners, noteOwner, type TendHostsDeps, tendHosts } from './tend-hosts.ts'

export type SweepDeps = SyncSchedulesDeps &
  ConcludeRunDeps &
  TendHostsDeps & {
    readonly jobs: JobStore
    readonly scheduleList: ScheduleList
    readonly starter: RunStarter
  }

/** What one sweep found and mended. */
export type SweepReport = {
  readonly jobs: number
  readonly schedules: number
  /** Schedules that no job explained. */
  readonly removed: number
  /** Jobs whose schedules were made, or made again. */
  readonly synced: number
  /** Crashed or forgotten runs that were handed to the executor again. */
  readonly restarted: number
  /** Occurrences that were written down as MISSED. */
  readonly missed: number
  /** Notices that were handed to the executor: those to be tried again, and forgotten ones. */
  readonly notices: number
  /** Jobs, and schedules, that could not be mended this time. */
  readonly failures: number
  /** How long the job that has waited longest for its schedules had waited when it was found; 0 when none did. */
  readonly oldestPendingSeconds: number
}

type Tally = { -readonly [Figure in keyof SweepReport]: SweepReport[Figure] }

/** A promised manual run that nobody has claimed for so long was lost on the way, ms. */
const QUEUED_TOO_LONG_MS = 2 * 60_000

/** What a request may still be busy writing is left alone, ms. */
const SETTLING_MS = 60_000

/** The index that jobs are listed by follows the table after a moment. Schedules of a job as young as this stay, ms. */
const LISTED_WITHIN_MS = 10 * 60_000

type Row = Pick<JobSnapshot, 'job' | 'activity'>

/**
 * Brings schedules and jobs in step, and takes care of runs that broke off. Schedules are listed before the rows are
 * read: a schedule that was made meanwhile is then explained by its row, never taken for an orphan.
 */
export async function sweep(deps: SweepDeps): Promise<SweepReport> {
  const tally = nothingYet()
  const unexplained = new Set<string>()
  for await (const name of deps.scheduleList.names()) if (parseScheduleName(name)) unexplained.add(name)
  tally.schedules = unexplained.size
  const owners: HostOwners = new Map()
  for await (const row of deps.jobs.every()) {
    tally.jobs++
    noteOwner(owners, row.job)
    const existing = new Set(row.job.schedules.filter((name) => unexplained.delete(name)))
    const { id: jobId } = row.job
    await guarded(deps, tally, { jobId }, () => restartRuns(deps, row, tally))
    await guarded(deps, tally, { jobId }, () => restartNotices(deps, row, tally))
    await guarded(deps, tally, { jobId }, () => bringInStep(deps, row, existing, tally))
  }
  for (const name of unexplained) {
    if (mayBeUnlisted(name, deps.clock())) continue
    await guarded(deps, tally, { schedule: name }, async () => {
      await deps.schedules.remove(name)
      tally.removed++
    })
  }
  await guarded(deps, tally, { what: 'hosts' }, () => tendHosts(deps, owners))
  return tally
}

const nothingYet = (): Tally => ({
  jobs: 0,
  schedules: 0,
  removed: 0,
  synced: 0,
  restarted: 0,
  missed: 0,
  notices: 0,
  failures: 0,
  oldestPendingSeconds: 0,
})

/** Whether a schedule's job is so young that it may be missing from the list of jobs. */
function mayBeUnlisted(scheduleName: string, now: number): boolean {
  const jobId = parseScheduleName(scheduleName)?.jobId
  return jobId !== undefined && now - instantOf(jobId) < LISTED_WITHIN_MS
}

/** One job that cannot be mended keeps no other from it. */
async function guarded(deps: SweepDeps, tally: Tally, what: object, mend: () => Promise<void>): Promise<void> {
  try {
    await mend()
  } catch (error) {
    tally.failures++
    deps.log.error('sweep failed for one', { ...what, error })
  }
}

async function bringInStep(
  deps: SweepDeps,
  { job, activity }: Row,
  existing: ReadonlySet<string>,
  tally: Tally,
): Promise<void> {
  const now = deps.clock()
  if (waitsForSchedules(job, now)) {
    tally.oldestPendingSeconds = Math.max(tally.oldestPendingSeconds, Math.floor((now - job.since) / 1000))
  }
  if (now - job.updatedAt < SETTLING_MS) return
  const isMissing = job.desired === 'ACTIVE' && job.schedules.some((name) => !existing.has(name))
  if (job.syncState === 'SYNCED' && !isMissing) return
  const hasFiredLast = job.desired === 'ACTIVE' && nextRunAt(job, now) === undefined
  // Its schedules have removed themselves; what fired last may still arrive.
  if (hasFiredLast && job.syncState === 'SYNCED' && !isOver(job, now)) return
  // Whatever was planned while there was no schedule has not been delivered, and will not be.
  const recorded = job.desired === 'ACTIVE' ? await recordMissed(deps, job, activity) : undefined
  tally.missed += recorded?.missed ?? 0
  if (recorded?.hasMore) return
  if (hasFiredLast && isOver(job, now)) return complete(deps, job)
  const pending: Job = { ...job, syncState: 'PENDING' }
  // The row says so until all is done: should this sweep break off, the next begins anew.
  if (job.syncState === 'SYNCED' && !(await deps.jobs.replace(pending, job.version))) return
  const synced = await syncSchedules(deps, pending, recorded?.upTo)
  if (synced.syncState === 'SYNCED') tally.synced++
  else tally.failures++
}

/** A job with nothing left to fire waits for no schedule, only for its last window to end. */
function waitsForSchedules(job: Job, now: number): boolean {
  return job.syncState === 'PENDING' && !(job.desired === 'ACTIVE' && nextRunAt(job, now) === undefined)
}

async function complete(deps: SweepDeps, job: Job): Promise<void> {
  const completed = completeJob(job, deps.clock())
  const audit = jobChanged(PUNCTUAL, job, completed)
  if (await deps.jobs.replace(completed, job.version, audit)) await syncSchedules(deps, completed)
}

/** Runs whose lease ended without a result, and promises that nobody kept, go to the executor again. */
async function restartRuns(deps: SweepDeps, { job, activity }: Row, tally: Tally): Promise<void> {
  const now = deps.clock()
  const isExpired = (id: string) => (activity.active[id]?.leaseUntil ?? now) <= now
  // A tombstone waits for its last runs: which of them have finished is worth a look at any time.
  const expired = Object.keys(activity.active).filter((id) => isExpired(id) || job.desired === 'DELETED')
  const forgotten = Object.keys(activity.queued).filter((id) => now - (activity.queued[id] ?? now) > QUEUED_TOO_LONG_MS)
  const known = new Map<string, KnownStatus>()
  for (const runId of [...expired, ...forgotten]) {
    const status = (await deps.ledger.record(job.tenant, runId))?.status ?? 'NONE'
    known.set(runId, status)
    if (status !== 'NONE' && isFinal(status)) continue
    if (!isExpired(runId)) continue
    await deps.starter.start(orderOf(job, runId))
    tally.restarted++
  }
  // What has finished is entered now, so that the next sweep need not look again.
  const settled = settle(activity, known, job)
  if (Object.keys(settled.active).length < Object.keys(activity.active).length) {
    await deps.ledger.save(job.tenant, job.id, { ...settled, rev: activity.rev + 1 })
  }
}

/** What is to be told, and is not being told, goes to the executor; it knows what of it was told before. */
async function restartNotices(deps: SweepDeps, { job, activity }: Row, tally: Tally): Promise<void> {
  for (const runId of dueNotices(activity, deps.clock())) {
    await deps.starter.start({ kind: 'notify', tenant: job.tenant, jobId: job.id, runId })
    tally.notices++
  }
}

function orderOf({ tenant, id: jobId }: Job, runId: string): RunOrder {
  const parts = parseRunId(runId)
  return parts?.trigger === 'SCHEDULE'
    ? { kind: 'occurrence', tenant, jobId, plannedAt: new Date(parts.plannedAt).toISOString() }
    : { kind: 'manual', tenant, jobId, runId }
}
