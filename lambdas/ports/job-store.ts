import type { NewAuditEntry } from '../domain/audit/audit-entry.ts'
import type { Job } from '../domain/job/job.ts'
import type { JobSnapshot } from '../domain/job/job-view.ts'

/** A page of something, and where the next one begins. */
export type Page<T> = { readonly items: readonly T[]; readonly next: string | undefined }

/**
 * Where jobs are kept. Deleted jobs stay as tombstones until `remove`. What is written on somebody's behalf takes an entry
 * of the audit, which is written in the same transaction.
 */
export interface JobStore {
  /** @returns false when the tenant has `limit` jobs, no room for its runs, or another plan than the job, or is being deleted. */
  create(job: Job, limit: number, audit?: NewAuditEntry): Promise<boolean>
  /** The job with what it does and its newest run, read consistently; tombstones included. */
  read(tenant: string, jobId: string): Promise<JobSnapshot | undefined>
  /**
   * Replaces the row if its version is still `version`; a tombstone no longer counts as one of the tenant's jobs.
   * @returns false when somebody else was faster; a write that is repeated is done.
   * @throws Refusal `plan-limit` when the account has no room for what the job asks for more.
   */
  replace(job: Job, version: number, audit?: NewAuditEntry): Promise<boolean>
  /** Marks the schedules of the job's generation as made, unless another has begun. @returns whether it was marked. */
  markSynced(job: Job): Promise<boolean>
  /**
   * Removes a tombstone whose schedules are gone, and the activity with it; recorded runs stay until they expire.
   * @returns false while a run of the job has no final record yet.
   */
  remove(job: Job): Promise<boolean>
  /** Jobs of a tenant in order of creation, newest first, tombstones left out. */
  page(tenant: string, limit: number, after: string | undefined): Promise<Page<JobSnapshot>>
  /** All jobs of all tenants, for the sweeper, tombstones included. */
  every(): AsyncIterable<Pick<JobSnapshot, 'job' | 'activity'>>
}
