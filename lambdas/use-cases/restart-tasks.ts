import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { TaskStore, TaskWorker } from '../ports/task-store.ts'

export type RestartTasksDeps = {
  readonly tasks: Pick<TaskStore, 'unfinished'>
  readonly worker: TaskWorker
  readonly clock: Clock
  readonly log: Log
}

/** Hands tasks to the worker that nobody works on although it is time. @returns how many. */
export async function restartTasks({ tasks, worker, clock, log }: RestartTasksDeps): Promise<number> {
  let restarted = 0
  for await (const task of tasks.unfinished()) {
    if (Math.max(task.leaseUntil, task.notBefore) > clock()) continue
    await worker.start(task)
    log.info('task restarted', { tenant: task.tenant, task: task.id, kind: task.kind })
    restarted++
  }
  return restarted
}
