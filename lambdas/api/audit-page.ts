import * as z from 'zod'
import type { AuditAction, AuditEntry } from '../domain/audit/audit-entry.ts'
import { type CursorScope, decodeCursor, encodeCursor } from '../http/cursor.ts'
import type { AuditFilter } from '../ports/audit-trail.ts'
import type { Page } from '../ports/job-store.ts'
import type { SigningKey } from '../ports/signing-key.ts'

/** The query of a list of entries, validated. */
export type AuditQuery = {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly action?: AuditAction | undefined
  readonly jobId?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const instantOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text))

/** One page of entries with its cursor, whoever's they are. */
export async function auditPage<View>(
  deps: { readonly signingKey: SigningKey },
  scope: Pick<CursorScope, 'tenant' | 'route'> & { readonly userId?: string | undefined },
  query: AuditQuery,
  read: (filter: AuditFilter, limit: number, after: string | undefined) => Promise<Page<AuditEntry>>,
  view: (entry: AuditEntry) => View,
) {
  const { limit, cursor, action, jobId, from, to } = query
  const { userId, ...rest } = scope
  const cursorScope = { ...rest, filters: { userId, action, jobId, from, to } }
  const key = await deps.signingKey.read()
  const after = cursor === undefined ? undefined : decodeCursor(cursorScope, cursor, z.string(), key)
  const filter = { action, jobId, from: instantOf(from), to: instantOf(to) }
  const { items, next } = await read(filter, limit, after)
  return { items: items.map(view), nextCursor: next === undefined ? null : encodeCursor(cursorScope, next, key) }
}
