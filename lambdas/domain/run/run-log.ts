import { type Measurements, metricFields } from '../metrics.ts'
import { isFailure, type Run } from './run.ts'
import { type RunView, runView } from './run-view.ts'

export type RunLogContext = {
  /** The deployment, the metrics' only dimension. */
  readonly stage: string
  /** Epoch ms. */
  readonly now: number
  /** How late the job lets EventBridge start its runs, to spread the load: no lateness. */
  readonly flexMinutes: number
}

/** The one log line of a run, which is its metrics too. */
export function runLogFields(run: Run, context: RunLogContext): Readonly<Record<string, unknown>> {
  const view = runView(run)
  const { id, jobId, jobName, trigger, status, httpStatus, plannedAt, durationMs, latenessMs, reason } = view
  return {
    run: id,
    tenant: run.tenant,
    jobId,
    jobName,
    trigger,
    status,
    httpStatus,
    plannedAt,
    durationMs,
    latenessMs,
    reason: reason?.code ?? null,
    ...metricFields(measure(view, context.flexMinutes), context.stage, context.now),
  }
}

function measure({ trigger, status, latenessMs, durationMs }: RunView, flexMinutes: number): Measurements {
  return {
    Runs: 1,
    FailedRuns: isFailure(status) ? 1 : 0,
    ...(trigger === 'SCHEDULE' && latenessMs !== null
      ? { StartLateness: Math.max(0, latenessMs - flexMinutes * 60_000) }
      : {}),
    ...(durationMs === null ? {} : { RunDuration: durationMs }),
  }
}
