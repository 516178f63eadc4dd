import { metricFields } from '../domain/metrics.ts'
import type { ApplyPlanDeps } from '../use-cases/apply-plan.ts'
import { finishPlanChanges } from '../use-cases/finish-plan-changes.ts'
import { type SweepDeps, sweep } from '../use-cases/sweep.ts'

/** Serves the five-minute schedule: one sweep, what is left of changes of plans, and one line that is its metrics, too. */
export const sweeperFunction = (deps: SweepDeps & ApplyPlanDeps) => async (): Promise<void> => {
  const report = await sweep(deps)
  const failures = report.failures + (await finishPlanChanges(deps))
  const measured = {
    Sweeps: 1,
    SweepRepairs: report.removed + report.synced + report.restarted + report.missed,
    SweepFailures: failures,
    OldestPendingSeconds: report.oldestPendingSeconds,
  }
  deps.log.info('sweep', { ...report, failures, ...metricFields(measured, deps.stage, deps.clock()) })
}
