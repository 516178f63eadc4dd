import { METRIC_NAMESPACE } from '../domain/run/run-log.ts'
import { type SweepDeps, sweep } from '../use-cases/sweep.ts'

/** Serves the five-minute schedule: one sweep, and one line that is its metrics, too. */
export const sweeperFunction = (deps: SweepDeps) => async (): Promise<void> => {
  const report = await sweep(deps)
  deps.log.info('sweep', {
    ...report,
    Stage: deps.stage,
    Sweeps: 1,
    SweepRepairs: report.removed + report.synced + report.restarted + report.missed,
    SweepFailures: report.failures,
    _aws: {
      Timestamp: deps.clock(),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [['Stage']],
          Metrics: [
            { Name: 'Sweeps', Unit: 'Count' },
            { Name: 'SweepRepairs', Unit: 'Count' },
            { Name: 'SweepFailures', Unit: 'Count' },
          ],
        },
      ],
    },
  })
}
