import { metricFields } from '../domain/metrics.ts'
import { type SweepDeps, sweep } from '../use-cases/sweep.ts'

/** Serves the five-minute schedule: one sweep, and one line that is its metrics, too. */
export const sweeperFunction = (deps: SweepDeps) => async (): Promise<void> => {
  const report = await sweep(deps)
  const measured = {
    Sweeps: 1,
    SweepRepairs: report.removed + report.synced + report.restarted + report.missed,
    SweepFailures: report.failures,
    OldestPendingSeconds: report.oldestPendingSeconds,
  }
  deps.log.info('sweep', { ...report, ...metricFields(measured, deps.stage, deps.clock()) })
}
