import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { TaskStore, TaskWorker } from '../ports/task-store.ts'

export type RestartTasksDeps = {
  readonly tasks: Pick<TaskStore, 'unfinished'>
  readonly worker: TaskWorker
  readonly clock: Clock
  readonly log: Log
}

export type RestartedTasks = {
  readonly restarted: number
  /** How long ago the oldest unfinished task began, restarted or not; 0 when there is none. */
  readonly oldestSeconds: number
}

/** Hands tasks to the worker that nobody works on although it is time. */
export async function restartTasks({ tasks, worker, clock, log }: RestartTasksDeps): Promise<RestartedTasks> {
  let restarted = 0
  let oldestSeconds = 0
  for await (const task of tasks.unfinished()) {
    oldestSeconds = Math.max(oldestSeconds, Math.round((clock() - task.createdAt) / 1000))
    if (Math.max(task.leaseUntil, task.notBefore) > clock()) continue
    await worker.start(task)
    log.info('task restarted', { tenant: task.tenant, task: task.id, kind: task.kind })
    restarted++
  }
  return { restarted, oldestSeconds }
}
