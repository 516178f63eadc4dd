import type { NewAuditEntry } from '../domain/audit/audit-entry.ts'

/**
 * Who was taken out of the group of admins a short time ago. The group itself, in Cognito, knows no transactions and follows after
 * a moment: of two admins who demote each other at the same time, this row lets only one through.
 */
export type RoleChanges = {
  /** Counts every change. */
  readonly rev: number
  /** User ids, with when they were taken out; epoch ms. */
  readonly removed: Readonly<Record<string, number>>
}

export interface RoleChangeStore {
  read(): Promise<RoleChanges>
  /** Writes if the stored revision is the one before, and the entry of the audit with it. @returns false when it is not. */
  save(changes: RoleChanges, audit: NewAuditEntry): Promise<boolean>
}
