import type { Authored } from '../domain/audit/author.ts'
import { bulkStarted } from '../domain/audit/task-audit.ts'
import type { JobFilter } from '../domain/job/job-filter.ts'
import { type BulkAction, noCounts } from '../domain/task/bulk.ts'
import type { BulkTask } from '../domain/task/task.ts'
import type { TaskStore, TaskWorker } from '../ports/task-store.ts'
import type { Claimed } from './answer-once.ts'
import { type BulkStepDeps, bulkStep } from './bulk-step.ts'
import { workOff } from './work-off-task.ts'

export type BeginBulkDeps = Authored &
  BulkStepDeps & {
    readonly tasks: TaskStore
    readonly worker: TaskWorker
    /** A new ULID for an instant, epoch ms. */
    readonly newId: (now: number) => string
  }

export type BulkRequest = {
  readonly tenant: string
  readonly action: BulkAction
  readonly addTags: readonly string[]
  readonly removeTags: readonly string[]
} & ({ readonly jobIds: readonly string[] } | { readonly filter: JobFilter })

/** Steps that a request does itself, within so many ms: the first batch is found, and worked on. API Gateway waits 29 s. */
const INLINE = { mostSteps: 2, forMs: 15_000 } as const

/**
 * Does the same to many jobs. The first hundred, or as many as there is time for, are done before the answer; what is left goes on in
 * the background, whether or not anybody waits for it.
 * @param claimed by which a repeated request finds its task: whoever broke off, the sweeper has it gone on with.
 * @returns the task as it is when the answer is due.
 */
export async function beginBulk(deps: BeginBulkDeps, request: BulkRequest, claimed?: Claimed): Promise<BulkTask> {
  const before = claimed?.isRepeated ? await deps.tasks.read(request.tenant, claimed.id) : undefined
  if (before?.kind === 'BULK') return before
  const { task, ids } = newTask(deps, request, claimed)
  await deps.tasks.beginBulk(task, ids, bulkStarted(task))
  const limits = { beginUntil: deps.clock() + INLINE.forMs, mostSteps: INLINE.mostSteps }
  const left = await workOff(deps, task, limits, (current, goesOn) => bulkStep(deps, current, goesOn))
  if (!left?.isDone) await handOver(deps, task)
  return left ?? task
}

function newTask({ clock, newId, author }: BeginBulkDeps, request: BulkRequest, claimed: Claimed | undefined) {
  const now = clock()
  const ids = 'jobIds' in request ? [...new Set(request.jobIds)] : []
  const task: BulkTask = {
    kind: 'BULK',
    tenant: request.tenant,
    id: claimed?.id ?? newId(now),
    rev: 1,
    leaseUntil: 0,
    notBefore: 0,
    isDone: false,
    author,
    createdAt: now,
    updatedAt: now,
    action: request.action,
    addTags: [...request.addTags],
    removeTags: [...request.removeTags],
    selection: 'jobIds' in request ? { kind: 'ids', count: ids.length } : { kind: 'filter', ...request.filter },
    position: '',
    batch: null,
    counts: noCounts,
  }
  return { task, ids }
}

async function handOver(deps: BeginBulkDeps, task: BulkTask): Promise<void> {
  try {
    await deps.worker.start(task)
  } catch (error) {
    deps.log.warn('a task waits for the sweeper', { task: task.id, error })
  }
}
