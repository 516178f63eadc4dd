import type { Authored } from '../domain/audit/author.ts'
import { passes } from '../domain/job/job-filter.ts'
import { type BulkResult, bulkLimits, counted } from '../domain/task/bulk.ts'
import type { Batch, BulkTask } from '../domain/task/task.ts'
import type { JobStore } from '../ports/job-store.ts'
import type { TaskStore } from '../ports/task-store.ts'
import type { TenantJobs } from '../ports/tenant-jobs.ts'
import { type BulkItemDeps, doToJob } from './bulk-item.ts'
import { inTurns } from './in-turns.ts'
import type { Step } from './work-off-task.ts'

export type BulkStepDeps = Omit<BulkItemDeps, keyof Authored> & {
  readonly jobs: JobStore
  readonly tenantJobs: TenantJobs
  readonly tasks: Pick<TaskStore, 'idsOf'>
}

/** Jobs at a time; more would be throttled by Scheduler. */
const AT_ONCE = 8

/**
 * One step of a bulk task: either finds the next jobs, or does to them what is to be done. Which jobs there are is written down
 * first: after a crash it is known what has been begun, and by whom a job was deleted.
 * @param goesOn whether there is time for more; what there is none for stays to be done by the next step.
 */
export async function bulkStep(deps: BulkStepDeps, task: BulkTask, goesOn: () => boolean): Promise<Step<BulkTask>> {
  if (task.batch) return workOn(deps, task, task.batch, goesOn)
  const batch = await nextBatch(deps, task)
  return { task: batch ? { ...task, batch } : { ...task, isDone: true } }
}

async function workOn(
  deps: BulkStepDeps,
  task: BulkTask,
  batch: Batch,
  goesOn: () => boolean,
): Promise<Step<BulkTask>> {
  const authored = { ...deps, author: task.author }
  const existing = new Set(batch.existing)
  const one = (jobId: string): Promise<BulkResult> => doToJob(authored, task, jobId, existing.has(jobId))
  const results = await inTurns(batch.ids, AT_ONCE, one, goesOn)
  const counts = counted(task.counts, results)
  const left = batch.ids.slice(results.length)
  if (left.length > 0) return { task: { ...task, counts, batch: { ...batch, ids: left } }, results }
  const position = batch.next ?? task.position
  return { task: { ...task, position, batch: null, counts, isDone: batch.next === null }, results }
}

const nextBatch = (deps: BulkStepDeps, task: BulkTask): Promise<Batch | undefined> =>
  task.selection.kind === 'ids' ? nextIds(deps, task) : nextJobs(deps, task, task.selection)

async function nextIds(deps: BulkStepDeps, { tenant, id, position }: BulkTask): Promise<Batch | undefined> {
  const all = await deps.tasks.idsOf(tenant, id)
  const from = Number(position)
  const ids = all.slice(from, from + bulkLimits.batch)
  if (ids.length === 0) return undefined
  const found = await inTurns(ids, AT_ONCE, (jobId) => deps.jobs.read(tenant, jobId))
  const existing = ids.filter((_, index) => found[index] && found[index].job.desired !== 'DELETED')
  const end = from + ids.length
  return { ids, existing, next: end < all.length ? String(end) : null }
}

/** Jobs in order of creation; those made after the task are none of its business. */
async function nextJobs(
  deps: BulkStepDeps,
  { tenant, position, createdAt }: BulkTask,
  filter: Parameters<typeof passes>[1],
): Promise<Batch | undefined> {
  const ids: string[] = []
  let lookedAt = 0
  const now = deps.clock()
  for await (const job of deps.tenantJobs.ofTenant(tenant, { after: position || undefined })) {
    if (job.createdAt > createdAt) break
    if (passes(job, filter, now)) ids.push(job.id)
    if (++lookedAt === bulkLimits.batch) return { ids, existing: ids, next: job.id }
  }
  return ids.length === 0 ? undefined : { ids, existing: ids, next: null }
}
