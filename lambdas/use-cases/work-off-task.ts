import type { Task } from '../domain/task/task.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { StepRecord, TaskStore } from '../ports/task-store.ts'
import { type BulkStepDeps, bulkStep } from './bulk-step.ts'
import { type DeletionStepDeps, deletionStep } from './deletion-step.ts'

/** A step that has been done, yet to be written down. */
export type Step<T extends Task> = { readonly task: T } & StepRecord

type TaskDeps = { readonly tasks: TaskStore; readonly clock: Clock; readonly log: Log }

export type WorkOffTaskDeps = TaskDeps & BulkStepDeps & DeletionStepDeps

/** How long a step may take: a lease outlives the last one by as much, in ms. */
export const LONGEST_STEP_MS = 30_000

export type Limits = {
  /** No step is begun after it, nor a further part of one, epoch ms. */
  readonly beginUntil: number
  /** @default any */
  readonly mostSteps?: number
}

/**
 * Goes on with a task, step by step, until it is done or time is up. Whoever crashes on the way, or is cut off, leaves a lease
 * that ends: the sweeper hands the task over then, and the step that was not written down is repeated.
 * @returns the task as it is left; undefined when somebody else has it, or there is nothing to do.
 */
export async function workOffTask(
  deps: WorkOffTaskDeps,
  { tenant, id }: Pick<Task, 'tenant' | 'id'>,
  limits: Limits,
): Promise<Task | undefined> {
  const found = await deps.tasks.read(tenant, id)
  return found && workOff(deps, found, limits, (task, goesOn) => nextStep(deps, task, goesOn))
}

const nextStep = (deps: WorkOffTaskDeps, task: Task, goesOn: () => boolean): Promise<Step<Task>> =>
  task.kind === 'BULK' ? bulkStep(deps, task, goesOn) : deletionStep(deps, task)

/** The same, for a task that was just read or made. */
export async function workOff<T extends Task>(
  deps: TaskDeps,
  found: T,
  { beginUntil, mostSteps = Number.POSITIVE_INFINITY }: Limits,
  step: (task: T, goesOn: () => boolean) => Promise<Step<T>>,
): Promise<T | undefined> {
  const now = deps.clock()
  if (found.isDone || found.leaseUntil > now || found.notBefore > now) return undefined
  let task = await write(deps, { ...found, leaseUntil: beginUntil + 2 * LONGEST_STEP_MS })
  const isTime = () => deps.clock() <= beginUntil
  const mayGoOn = (current: T) => !current.isDone && current.notBefore <= deps.clock() && isTime()
  try {
    for (let steps = 0; task && steps < mostSteps && mayGoOn(task); steps++) {
      const done: Step<T> = await step(task, isTime)
      task = await write(deps, done.task, done)
    }
  } catch (error) {
    deps.log.error('a task broke off', { tenant: found.tenant, task: found.id, kind: found.kind, error })
  }
  return task && !task.isDone ? write(deps, { ...task, leaseUntil: 0 }) : task
}

/** @returns undefined when somebody else has taken the task up. */
async function write<T extends Task>(deps: TaskDeps, task: T, record?: StepRecord): Promise<T | undefined> {
  const next = { ...task, rev: task.rev + 1, updatedAt: deps.clock() }
  return (await deps.tasks.save(next, record)) ? next : undefined
}
