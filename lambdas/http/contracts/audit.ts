import * as z from 'zod'
import { AuditAction } from '../../domain/audit/audit-entry.ts'
import { AuditView } from '../../domain/audit/audit-view.ts'
import { bare, type ContractsOf } from '../contract.ts'
import { listQuery, pageOf } from '../cursor.ts'
import { JobId } from './jobs.ts'

const Instant = z.iso.datetime({ error: 'must be an instant in UTC such as 2027-01-31T08:00:00Z' })

/** What narrows a list of entries. */
export const auditQuery = {
  ...listQuery,
  action: z.optional(AuditAction).meta({ description: 'Only entries of this action.' }),
  jobId: JobId.optional().meta({ description: 'Only what was done to this job and its runs.' }),
  from: Instant.optional().meta({ description: 'Only what was done at this instant or later.' }),
  to: Instant.optional().meta({ description: 'Only what was done before this instant.' }),
}

export const auditPage = {
  200: { description: 'One page of entries, newest first.', schema: pageOf(AuditView) },
}

export const auditContracts = {
  listAudit: {
    ...bare,
    summary: 'Who did what',
    description:
      'Everything that was changed, by whom, when, from where, with the changed fields before and after; never a credential. With filters, a page may have fewer entries than `limit` and still a `nextCursor`.',
    query: z.strictObject(auditQuery),
    answers: auditPage,
  },
} as const satisfies ContractsOf<'audit'>
