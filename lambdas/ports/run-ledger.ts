import type { NewAuditEntry } from '../domain/audit/audit-entry.ts'
import type { JobSnapshot } from '../domain/job/job-view.ts'
import type { Delivery } from '../domain/notification/delivery.ts'
import type { Activity } from '../domain/run/activity.ts'
import type { Run } from '../domain/run/run.ts'

/** What claiming and concluding runs needs; each method is one request to the store. */
export interface RunLedger {
  /** The job, what it does, and its newest run, read consistently. */
  snapshot(tenant: string, jobId: string): Promise<JobSnapshot | undefined>
  /** What a job does at this moment, read consistently; undefined for a job that never did anything, or is gone. */
  activity(tenant: string, jobId: string): Promise<Activity | undefined>
  /** One run's record, read consistently. */
  record(tenant: string, runId: string): Promise<Run | undefined>
  /** Ids of the recorded runs of `from <= planned instant < to`, epoch ms, read consistently. */
  recordedRunIds(tenant: string, jobId: string, from: number, to: number): Promise<ReadonlySet<string>>
  /**
   * Writes `activity` if the stored revision is still the one before it, and the entry of the audit with it.
   * @returns false when it is not.
   */
  save(tenant: string, jobId: string, activity: Activity, audit?: NewAuditEntry): Promise<boolean>
  /**
   * Writes a run's record, unless it is final already or a later claim owns it.
   * @param token the claim's token. @returns whether it was written.
   */
  conclude(run: Run, token: number): Promise<boolean>
  /**
   * Writes down whom a recorded run was told, unless somebody else has written it since `run` was read.
   * @returns whether it was written.
   */
  note(run: Pick<Run, 'tenant' | 'id' | 'notifications'>, notifications: readonly Delivery[]): Promise<boolean>
  /**
   * Notes that a run ends after the slot that it is counted in, so that the slot is counted anew. Before its record is
   * written: should it never be, nothing is wrong. @param now epoch ms.
   */
  noteLate(tenant: string, runId: string, now: number): Promise<void>
}
