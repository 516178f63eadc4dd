import { TaskOrder } from '../domain/task/task.ts'
import { LONGEST_STEP_MS, type WorkOffTaskDeps, workOffTask } from '../use-cases/work-off-task.ts'

/** Goes on with a task in the background, for as long as the function may run; the sweeper starts it again if need be. */
export const workerFunction =
  (deps: WorkOffTaskDeps) =>
  async (event: unknown, context: { getRemainingTimeInMillis(): number }): Promise<void> => {
    const { tenant, taskId } = TaskOrder.parse(event)
    const beginUntil = deps.clock() + context.getRemainingTimeInMillis() - LONGEST_STEP_MS
    const task = await workOffTask(deps, { tenant, id: taskId }, { beginUntil })
    if (task) deps.log.info('task', { tenant, task: taskId, kind: task.kind, isDone: task.isDone })
  }
