import type { AuditAction, AuditEntry } from '../domain/audit/audit-entry.ts'
import type { Page } from './job-store.ts'

export type AuditFilter = {
  readonly action?: AuditAction | undefined
  readonly jobId?: string | undefined
  /** Made at or after, and before; epoch ms. */
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/**
 * What was done, newest first. Entries are written by the stores, each with its change; here they are only read. A filter
 * that few entries pass gives short pages with a `next`, never a long wait.
 */
export interface AuditTrail {
  ofTenant(tenant: string, filter: AuditFilter, limit: number, after: string | undefined): Promise<Page<AuditEntry>>
  ofService(filter: AuditFilter, limit: number, after: string | undefined): Promise<Page<AuditEntry>>
}
