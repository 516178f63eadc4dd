import { isFailure, type Run } from './run.ts'
import { runView } from './run-view.ts'

/** CloudWatch namespace of everything that Punctual measures. */
export const METRIC_NAMESPACE = 'Punctual'

/**
 * The one log line of a run, which is its metrics too (CloudWatch embedded metric format): no call is made for them, and
 * no metric has a dimension per job, which would cost more than the job.
 * @param stage the deployment, the metrics' only dimension. @param now epoch ms.
 */
export function runLogFields(run: Run, stage: string, now: number): Readonly<Record<string, unknown>> {
  const { id, jobId, jobName, trigger, status, httpStatus, plannedAt, durationMs, latenessMs, reason } = runView(run)
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
    Stage: stage,
    Runs: 1,
    FailedRuns: isFailure(status) ? 1 : 0,
    ...(trigger === 'SCHEDULE' && latenessMs !== null ? { StartLateness: latenessMs } : {}),
    ...(durationMs === null ? {} : { RunDuration: durationMs }),
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [['Stage']],
          Metrics: [
            { Name: 'Runs', Unit: 'Count' },
            { Name: 'FailedRuns', Unit: 'Count' },
            { Name: 'StartLateness', Unit: 'Milliseconds' },
            { Name: 'RunDuration', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
  }
}
