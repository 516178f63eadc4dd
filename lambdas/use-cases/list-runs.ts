import type { Run } from '../domain/run/run.ts'
import type { JobStore, Page } from '../ports/job-store.ts'
import type { RunFilter, RunHistory } from '../ports/run-history.ts'
import { readJob } from './change-job.ts'

export type ListRunsDeps = { readonly jobs: Pick<JobStore, 'read'>; readonly history: RunHistory }

export type RunQuery = {
  readonly tenant: string
  readonly jobId?: string | undefined
  readonly filter: RunFilter
  readonly limit: number
  /** Id of the last run of the page before. */
  readonly after: string | undefined
}

/** Runs, newest first, of one job or of all. @throws Refusal `not-found` for a job that is not the tenant's. */
export async function listRuns(deps: ListRunsDeps, query: RunQuery): Promise<Page<Run>> {
  const { tenant, jobId, filter, limit, after } = query
  if (jobId === undefined) return deps.history.ofTenant(tenant, filter, limit, after)
  await readJob(deps, tenant, jobId)
  return deps.history.ofJob(tenant, jobId, filter, limit, after)
}
