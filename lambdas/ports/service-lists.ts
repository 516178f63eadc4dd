import type { JobSnapshot } from '../domain/job/job-view.ts'
import type { Run } from '../domain/run/run.ts'
import type { Page } from './job-store.ts'
import type { RunFilter } from './run-history.ts'

/** How many jobs of the service are to fire, are paused (or disabled), and are through. */
export type JobCounts = { readonly ACTIVE: number; readonly PAUSED: number; readonly COMPLETED: number }

/** What all tenants together have, for admins. Newest first, and a moment behind the tables it is read from. */
export interface ServiceLists {
  jobs(limit: number, after: string | undefined): Promise<Page<JobSnapshot>>
  runs(filter: RunFilter, limit: number, after: string | undefined): Promise<Page<Run>>
  jobCounts(): Promise<JobCounts>
  /** How many jobs that still exist were made in `from <= instant < to`, epoch ms. */
  jobsCreated(from: number, to: number): Promise<number>
  /** How many changes were made in `from <= instant < to`, epoch ms. */
  changes(from: number, to: number): Promise<number>
}
