import { metricFields } from '../domain/metrics.ts'
import type { ApplyPlanDeps } from '../use-cases/apply-plan.ts'
import { type DiscardLooseValuesDeps, discardLooseValues } from '../use-cases/discard-value.ts'
import { finishPlanChanges } from '../use-cases/finish-plan-changes.ts'
import { type RestartedTasks, type RestartTasksDeps, restartTasks } from '../use-cases/restart-tasks.ts'
import { type SweepDeps, sweep } from '../use-cases/sweep.ts'

export type SweeperDeps = SweepDeps & ApplyPlanDeps & RestartTasksDeps & DiscardLooseValuesDeps

/** Serves the five-minute schedule: one sweep, what is left of changes of plans and of secrets, and one line that is its metrics, too. */
export const sweeperFunction = (deps: SweeperDeps) => async (): Promise<void> => {
  // Tasks first: a deletion keeps jobs from firing.
  const tasks = await restarted(deps)
  const report = await sweep(deps)
  const values = await discardLooseValues(deps)
  const failures = report.failures + tasks.failures + values.failures + (await finishPlanChanges(deps))
  const measured = {
    Sweeps: 1,
    SweepRepairs: report.removed + report.synced + report.restarted + report.missed,
    SweepFailures: failures,
    OldestPendingSeconds: report.oldestPendingSeconds,
    OldestTaskSeconds: tasks.oldestSeconds,
  }
  const counts = { ...report, failures, tasks: tasks.restarted, values: values.count }
  deps.log.info('sweep', { ...counts, ...metricFields(measured, deps.stage, deps.clock()) })
}

/** Tasks that cannot be handed over keep no job from being mended. */
async function restarted(deps: SweeperDeps): Promise<RestartedTasks & { readonly failures: number }> {
  try {
    return { ...(await restartTasks(deps)), failures: 0 }
  } catch (error) {
    deps.log.error('tasks could not be restarted', { error })
    return { restarted: 0, oldestSeconds: 0, failures: 1 }
  }
}
