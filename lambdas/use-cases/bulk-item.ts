import { deleteJob, editJob } from '../domain/job/change-job.ts'
import { type Job, jobLimits } from '../domain/job/job.ts'
import { pausedJob, resumedJob } from '../domain/job/switch-job.ts'
import { Refusal } from '../domain/refusal.ts'
import type { BulkResult } from '../domain/task/bulk.ts'
import type { BulkTask } from '../domain/task/task.ts'
import { type ChangeJobDeps, changeJob } from './change-job.ts'
import { type RequestRunDeps, requestRun } from './request-run.ts'

export type BulkItemDeps = ChangeJobDeps & Omit<RequestRunDeps, 'entropy'>

/**
 * Does what a bulk task asks for to one job. It may be repeated: a run that was started has the same id each time.
 * @param existed whether the job was there when the task came to it.
 */
export async function doToJob(
  deps: BulkItemDeps,
  task: BulkTask,
  jobId: string,
  existed: boolean,
): Promise<BulkResult> {
  try {
    if (task.action === 'run') return { jobId, status: 'DONE', runId: await run(deps, task, jobId) }
    return { jobId, status: (await change(deps, task, jobId)) ? 'DONE' : 'UNCHANGED' }
  } catch (error) {
    return failed(deps, task, { jobId, existed }, error)
  }
}

/** The run's id follows from the task's: whoever repeats it finds the run that was started. */
const run = (deps: BulkItemDeps, { tenant, id }: BulkTask, jobId: string): Promise<string> =>
  requestRun({ ...deps, entropy: () => '' }, tenant, jobId, { id, isRepeated: true })

/** What went wrong with one job keeps no other from its turn. */
function failed(
  deps: BulkItemDeps,
  { id, action }: BulkTask,
  { jobId, existed }: { readonly jobId: string; readonly existed: boolean },
  error: unknown,
): BulkResult {
  if (!(error instanceof Refusal)) {
    deps.log.error('a bulk task failed for one job', { task: id, action, jobId, error })
    return { jobId, status: 'FAILED', message: 'Something went wrong on our side; try this job again.' }
  }
  if (error.code !== 'not-found') return { jobId, status: 'REFUSED', message: error.message }
  // It was there before the task, and is gone: the task was cut off behind its deletion.
  if (existed && action === 'delete') return { jobId, status: 'DONE' }
  return { jobId, status: 'NOT_FOUND', message: error.message }
}

/** @returns whether the job is another than before. */
async function change(deps: BulkItemDeps, task: BulkTask, jobId: string): Promise<boolean> {
  const { tenant } = task
  let isChanged = false
  await changeJob(deps, {
    tenant,
    jobId,
    ifMatch: undefined,
    change(job, now) {
      const changed = changedBy(task, job, now)
      isChanged = changed !== job
      return changed
    },
  })
  return isChanged
}

function changedBy(task: BulkTask, job: Job, now: number): Job {
  switch (task.action) {
    case 'pause':
      return pausedJob(job, now)
    case 'resume':
      return resumedJob(job, now)
    case 'delete':
      return deleteJob(job, now)
    case 'tag':
      return tagged(task, job, now)
    case 'run':
      return job
  }
}

function tagged({ addTags, removeTags }: BulkTask, job: Job, now: number): Job {
  const { tags: before } = job.definition
  const tags = [...new Set([...before.filter((tag) => !removeTags.includes(tag)), ...addTags])]
  if (tags.length > jobLimits.tags) {
    throw new Refusal('validation', `The job would have ${tags.length} tags; ${jobLimits.tags} are allowed.`)
  }
  const isSame = tags.length === before.length && tags.every((tag, index) => tag === before[index])
  return isSame ? job : editJob(job, { ...job.definition, tags }, now)
}
