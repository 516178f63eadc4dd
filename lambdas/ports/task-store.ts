import type { NewAuditEntry } from '../domain/audit/audit-entry.ts'
import type { BulkResult } from '../domain/task/bulk.ts'
import type { BulkTask, DeletionTask, Task } from '../domain/task/task.ts'
import type { RoleChanges } from './role-changes.ts'

/** What is written together with a step of a task. */
export type StepRecord = { readonly results?: readonly BulkResult[]; readonly audit?: NewAuditEntry }

/** Tasks, and what became of each of their jobs. They can be read for a month after their end. */
export interface TaskStore {
  /** @param ids of the jobs that were named, if they were. */
  beginBulk(task: BulkTask, ids: readonly string[], audit: NewAuditEntry): Promise<void>
  /**
   * Begins a deletion; from then on nothing is made for the tenant any more.
   * @param roles an admin's deletion, as it is to be written.
   * @returns false when there is one already, or when somebody has changed a role meanwhile.
   */
  beginDeletion(task: DeletionTask, audit: NewAuditEntry, roles: RoleChanges | undefined): Promise<boolean>
  /** Sees every write that was acknowledged before. */
  read(tenant: string, id: string): Promise<Task | undefined>
  /** The ids that a task was begun with. */
  idsOf(tenant: string, id: string): Promise<readonly string[]>
  /** Writes a task if its stored revision is still the one before. @returns false when somebody else has taken it up. */
  save(task: Task, record?: StepRecord): Promise<boolean>
  /**
   * What became of the jobs, in order of work.
   * @param after how many to leave out.
   */
  results(
    tenant: string,
    id: string,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly BulkResult[]>
  /** Tasks of all tenants that are not done. */
  unfinished(): AsyncIterable<Task>
}

/** Has a task gone on with in the background, at least once. */
export interface TaskWorker {
  start(task: Pick<Task, 'tenant' | 'id'>): Promise<void>
}
