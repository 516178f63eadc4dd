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
    ...(hostWaitMs(view) === 0 ? {} : { waitedMs: hostWaitMs(view) }),
    ...metricFields(measure(view, context.flexMinutes), context.stage, context.now),
  }
}

/** How long the attempts of a run waited for a place at their host, in ms. */
const hostWaitMs = ({ attempts }: RunView): number => attempts.reduce((sum, { waitedMs = 0 }) => sum + waitedMs, 0)

function measure(view: RunView, flexMinutes: number): Measurements {
  const { trigger, status, latenessMs, durationMs } = view
  const waitedMs = hostWaitMs(view)
  return {
    Runs: 1,
    FailedRuns: isFailure(status) ? 1 : 0,
    ...(trigger === 'SCHEDULE' && latenessMs !== null
      ? { StartLateness: Math.max(0, latenessMs - flexMinutes * 60_000) }
      : {}),
    ...(durationMs === null ? {} : { RunDuration: durationMs }),
    ...(waitedMs === 0 ? {} : { HostWait: waitedMs }),
  }
}
