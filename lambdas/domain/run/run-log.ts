import { type Measurements, metricFields } from '../metrics.ts'
import { durationOf, isFailure, type Run } from './run.ts'
import { parseRunId } from './run-id.ts'

export type RunLogContext = {
  /** The deployment, the metrics' only dimension. */
  readonly stage: string
  /** Epoch ms. */
  readonly now: number
  /** How late the job lets EventBridge start its runs, to spread the load: no lateness. */
  readonly flexMinutes: number
}

/**
 * The one log line of a run, which is its metrics too. Logs are paid for by the byte, so each fact is said once: job,
 * trigger and planned instant are in the run's id, how long and how late it was in the metrics.
 */
export function runLogFields(run: Run, context: RunLogContext): Readonly<Record<string, unknown>> {
  return {
    run: run.id,
    tenant: run.tenant,
    jobName: run.jobName,
    status: run.status,
    httpStatus: run.attempts.at(-1)?.httpStatus ?? undefined,
    reason: run.reason?.code,
    ...metricFields(measure(run, context.flexMinutes), context.stage, context.now),
  }
}

function measure(run: Run, flexMinutes: number): Measurements {
  const parts = parseRunId(run.id)
  const durationMs = durationOf(run)
  const waitedMs = run.attempts.reduce((sum, { waitedMs = 0 }) => sum + waitedMs, 0)
  return {
    Runs: 1,
    ...(isFailure(run.status) ? { FailedRuns: 1 } : {}),
    ...(parts?.trigger === 'SCHEDULE' && run.startedAt !== null
      ? { StartLateness: Math.max(0, run.startedAt - parts.plannedAt - flexMinutes * 60_000) }
      : {}),
    ...(durationMs === null ? {} : { RunDuration: durationMs }),
    ...(waitedMs === 0 ? {} : { HostWait: waitedMs }),
  }
}
