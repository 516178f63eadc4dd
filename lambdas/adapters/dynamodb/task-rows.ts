import * as z from 'zod'
import { TASK_KEPT_MS, Task } from '../../domain/task/task.ts'
import { tasksOfTenantKey } from './job-keys.ts'

/** Tasks as the table holds them. Everything of one task is one item collection; the tenant is part of its key. */
export const taskKey = (tenant: string, id: string): string => `T#${tenant}#TASK#${id}`

export const STATE_KEY = 'STATE'
export const IDS_KEY = 'IDS'
/** Where the index lists tasks that are not done. */
export const UNFINISHED_KEY = 'TASKS'

export const StateRow = z.object({ task: Task })
export const IdsRow = z.object({ ids: z.array(z.string()) })

/** When the rows of a task may go, in epoch seconds, as DynamoDB's time to live wants it. */
export const expiryOf = (task: Task): number => Math.floor((task.updatedAt + TASK_KEPT_MS) / 1000)

export const stateItem = (task: Task) => ({
  pk: taskKey(task.tenant, task.id),
  sk: STATE_KEY,
  rev: task.rev,
  task,
  ...(task.kind === 'BULK' ? { tenantPk: tasksOfTenantKey(task.tenant), tenantSk: task.id } : {}),
  ...(task.isDone ? { expiresAt: expiryOf(task) } : { sweepPk: UNFINISHED_KEY, sweepSk: `${task.tenant}#${task.id}` }),
})

export const idsItem = (task: Task, ids: readonly string[]) => ({
  pk: taskKey(task.tenant, task.id),
  sk: IDS_KEY,
  ids,
  expiresAt: expiryOf(task),
})
