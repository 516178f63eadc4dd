import * as z from 'zod/mini'
import { Author } from './author.ts'

/** Everything that leaves an entry. */
export const AuditAction = z.enum([
  'job.created',
  'job.changed',
  'job.paused',
  'job.resumed',
  'job.deleted',
  'job.disabled',
  'job.completed',
  'job.run',
  'run.cancelled',
  'secret.created',
  'secret.changed',
  'secret.deleted',
  'key.created',
  'key.revoked',
  'template.created',
  'template.changed',
  'template.deleted',
  'plan.changed',
  'bulk.started',
  'user.role-changed',
  'user.deleted',
  'user.erased',
])
export type AuditAction = z.infer<typeof AuditAction>

/** Fields of something by name, as far as they may be shown: never a credential. */
export const ShownFields = z.record(z.string(), z.unknown())
export type ShownFields = Readonly<z.infer<typeof ShownFields>>

export const AuditSubject = z.object({
  type: z.enum(['job', 'run', 'secret', 'key', 'template', 'bulk', 'user']),
  id: z.string(),
  name: z.string(),
})

/** Who did what, when and from where. It is written together with the change, or not at all, and never changes. */
export const AuditEntry = z.object({
  /** 26 characters that sort by time. */
  id: z.string(),
  /** Whose things were changed. */
  tenant: z.string(),
  /** Epoch ms. */
  at: z.number(),
  author: Author,
  action: AuditAction,
  subject: AuditSubject,
  /** The job that it is about, if any. */
  jobId: z.optional(z.string()),
  /** The changed fields alone; null where there was, or is, nothing. */
  before: z.nullable(ShownFields),
  after: z.nullable(ShownFields),
})
export type AuditEntry = Readonly<z.infer<typeof AuditEntry>>

/** An entry that is not written yet: the store gives it its id. */
export type NewAuditEntry = Omit<AuditEntry, 'id'>
