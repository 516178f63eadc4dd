import * as z from 'zod'
import { AuditAction, type AuditEntry, AuditSubject } from './audit-entry.ts'
import { AuditedRequest } from './author.ts'

const Fields = z.record(z.string(), z.unknown()).nullable()

/** An entry as the API shows it. */
export const AuditView = z
  .strictObject({
    id: z.string(),
    at: z.iso.datetime(),
    userId: z.string().meta({ description: 'Whose things were changed.' }),
    actor: z
      .strictObject({ type: z.enum(['user', 'key', 'admin', 'punctual']), id: z.string().nullable() })
      .meta({ description: 'Who did it: a user, a key by its id, an admin, or Punctual itself.' }),
    request: z.nullable(AuditedRequest).meta({ description: 'By which request; `null` where there was none.' }),
    action: AuditAction,
    subject: AuditSubject,
    jobId: z.string().nullable(),
    before: Fields.meta({ description: 'The changed fields as they were; never a credential.' }),
    after: Fields.meta({ description: 'The changed fields as they are since.' }),
  })
  .meta({ id: 'AuditEntry' })
export type AuditView = z.infer<typeof AuditView>

function actorOf({ author, tenant }: AuditEntry, forAdmins: boolean): Pick<AuditView, 'actor' | 'request'> {
  if (author.kind === 'punctual') return { actor: { type: 'punctual', id: null }, request: null }
  const { kind, id, request } = author
  if (author.tenant === tenant) return { actor: { type: kind, id }, request }
  // Who the admins are, and where they sit, is not for everyone.
  return forAdmins ? { actor: { type: 'admin', id }, request } : { actor: { type: 'admin', id: null }, request: null }
}

/** @param forAdmins whether those who read it may know everybody. */
export const auditView = (entry: AuditEntry, forAdmins: boolean): AuditView => ({
  id: entry.id,
  at: new Date(entry.at).toISOString(),
  userId: entry.tenant,
  ...actorOf(entry, forAdmins),
  action: entry.action,
  subject: entry.subject,
  jobId: entry.jobId ?? null,
  before: entry.before,
  after: entry.after,
})
