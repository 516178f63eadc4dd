import type { NewAuditEntry } from '../domain/audit/audit-entry.ts'
import type { Authored } from '../domain/audit/author.ts'
import { runAudit } from '../domain/audit/job-audit.ts'
import { Refusal } from '../domain/refusal.ts'
import { instantOf, manualEntropyOf, manualRunId } from '../domain/run/run-id.ts'
import type { Clock } from '../ports/clock.ts'
import type { JobStore } from '../ports/job-store.ts'
import type { Log } from '../ports/log.ts'
import type { RunLedger } from '../ports/run-ledger.ts'
import type { RunStarter } from '../ports/run-starter.ts'
import type { Claimed } from './answer-once.ts'
import { MOST_TRIES } from './change-activity.ts'
import { readJob } from './change-job.ts'

export type RequestRunDeps = Authored & {
  readonly jobs: Pick<JobStore, 'read'>
  readonly ledger: Pick<RunLedger, 'save' | 'record'>
  readonly starter: RunStarter
  readonly clock: Clock
  readonly log: Log
  /** 6 random characters of Crockford base 32. */
  readonly entropy: () => string
}

/**
 * Promises a run of a job, now, and hands it to the executor. The promise is written first: should the hand-over be
 * lost, the sweeper repeats it.
 * @returns the run's id.
 */
export async function requestRun(
  deps: RequestRunDeps,
  tenant: string,
  jobId: string,
  claimed?: Claimed,
): Promise<string> {
  const runId = claimed
    ? manualRunId(jobId, instantOf(claimed.id), manualEntropyOf(claimed.id))
    : manualRunId(jobId, deps.clock(), deps.entropy())
  if (claimed?.isRepeated && (await isPromised(deps, tenant, jobId, runId))) return runId
  await changeQueue(deps, tenant, jobId, (queued, jobName) => {
    const now = deps.clock()
    const audit = runAudit(deps.author, 'job.run', { tenant, jobId, runId, jobName }, now)
    return { queued: { ...queued, [runId]: now }, audit }
  })
  try {
    await deps.starter.start({ kind: 'manual', tenant, jobId, runId })
    return runId
  } catch (error) {
    deps.log.error('the run could not be handed to the executor', { jobId, run: runId, error })
    await changeQueue(deps, tenant, jobId, ({ [runId]: _, ...others }) => ({ queued: others }))
    throw new Refusal('unavailable', 'The run could not be started; try again.', { retryAfterSeconds: 5, cause: error })
  }
}

/** Whether the run was promised before the request broke off: whatever has become of it since is not asked for again. */
async function isPromised(deps: RequestRunDeps, tenant: string, jobId: string, runId: string): Promise<boolean> {
  const { activity } = await readJob(deps, tenant, jobId)
  const isKnown = activity.queued[runId] !== undefined || activity.active[runId] !== undefined
  return isKnown || (await deps.ledger.record(tenant, runId)) !== undefined
}

type Queue = Readonly<Record<string, number>>
type QueueChange = { readonly queued: Queue; readonly audit?: NewAuditEntry }

async function changeQueue(
  deps: RequestRunDeps,
  tenant: string,
  jobId: string,
  change: (queued: Queue, jobName: string) => QueueChange,
): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { job, activity } = await readJob(deps, tenant, jobId)
    const { queued, audit } = change(activity.queued, job.definition.name)
    if (await deps.ledger.save(tenant, jobId, { ...activity, rev: activity.rev + 1, queued }, audit)) return
  }
  throw new Refusal('conflict', 'Many runs of this job are starting at the same time; try again.')
}
