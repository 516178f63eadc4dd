import { Refusal } from '../domain/refusal.ts'
import { manualRunId } from '../domain/run/run-id.ts'
import type { Clock } from '../ports/clock.ts'
import type { JobStore } from '../ports/job-store.ts'
import type { Log } from '../ports/log.ts'
import type { RunLedger } from '../ports/run-ledger.ts'
import type { RunStarter } from '../ports/run-starter.ts'
import { readJob } from './change-job.ts'

export type RequestRunDeps = {
  readonly jobs: Pick<JobStore, 'read'>
  readonly ledger: Pick<RunLedger, 'save'>
  readonly starter: RunStarter
  readonly clock: Clock
  readonly log: Log
  /** 6 random characters of Crockford base 32. */
  readonly entropy: () => string
}

const MOST_TRIES = 10

/**
 * Promises a run of a job, now, and hands it to the executor. The promise is written first: should the hand-over be
 * lost, the sweeper repeats it.
 * @returns the run's id.
 */
export async function requestRun(deps: RequestRunDeps, tenant: string, jobId: string): Promise<string> {
  const runId = manualRunId(jobId, deps.clock(), deps.entropy())
  await changeQueue(deps, tenant, jobId, (queued) => ({ ...queued, [runId]: deps.clock() }))
  try {
    await deps.starter.start({ kind: 'manual', tenant, jobId, runId })
    return runId
  } catch (error) {
    deps.log.error('the run could not be handed to the executor', { jobId, run: runId, error })
    await changeQueue(deps, tenant, jobId, ({ [runId]: _, ...others }) => others)
    throw new Refusal('unavailable', 'The run could not be started; try again.', { retryAfterSeconds: 5, cause: error })
  }
}

type Queue = Readonly<Record<string, number>>

async function changeQueue(
  deps: RequestRunDeps,
  tenant: string,
  jobId: string,
  change: (queued: Queue) => Queue,
): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const { activity } = await readJob(deps, tenant, jobId)
    const changed = { ...activity, rev: activity.rev + 1, queued: change(activity.queued) }
    if (await deps.ledger.save(tenant, jobId, changed)) return
  }
  throw new Refusal('conflict', 'Many runs of this job are starting at the same time; try again.')
}
