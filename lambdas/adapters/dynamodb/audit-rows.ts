import { randomBytes } from 'node:crypto'
import * as z from 'zod/mini'
import { AuditEntry, type NewAuditEntry } from '../../domain/audit/audit-entry.ts'
import { manualEntropy, runIdFloor } from '../../domain/run/run-id.ts'
import type { Table } from './table.ts'

/** How long entries are kept where nothing else is said, in days. */
export const USUAL_AUDIT_DAYS = 365

/** Characters that tell apart what happens in the same millisecond: together with the time, as long as a ULID. */
const RANDOM_CHARACTERS = 16

/** `2026-11`: a tenant's entries of one month are one partition, as are those of the service in the index. */
export const monthOf = (instant: number): string => new Date(instant).toISOString().slice(0, 7)

export const auditKey = (tenant: string, month: string): string => `T#${tenant}#A#${month}`
export const auditOfServiceKey = (month: string): string => `AUDIT#${month}`

const newId = (at: number): string => `${runIdFloor(at)}${manualEntropy(randomBytes(RANDOM_CHARACTERS))}`

/** Kept as one JSON text, as runs are; `action` and `jobId` are there to filter by. */
const AuditRow = z.object({ sk: z.string(), detail: z.string() })
const Detail = z.omit(AuditEntry, { id: true })

function auditItem(entry: NewAuditEntry, keptDays: number) {
  const id = newId(entry.at)
  const month = monthOf(entry.at)
  return {
    pk: auditKey(entry.tenant, month),
    sk: id,
    sweepPk: auditOfServiceKey(month),
    sweepSk: id,
    action: entry.action,
    jobId: entry.jobId,
    detail: JSON.stringify(entry),
    expiresAt: Math.floor(entry.at / 1000) + keptDays * 86_400,
  }
}

export function parseAudit(item: unknown): AuditEntry {
  const { sk, detail } = AuditRow.parse(item)
  return { id: sk, ...Detail.parse(JSON.parse(detail)) }
}

/** The entry as the last item of the transaction that makes the change; none for what is no change of anybody's. */
export const auditPuts = (table: Table, entry: NewAuditEntry | undefined) =>
  entry === undefined
    ? []
    : [{ Put: { TableName: table.name, Item: auditItem(entry, table.auditDays ?? USUAL_AUDIT_DAYS) } }]
