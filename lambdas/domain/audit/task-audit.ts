import type { BulkTask, DeletionTask } from '../task/task.ts'
import type { NewAuditEntry } from './audit-entry.ts'
import type { Author } from './author.ts'

/** The entry of a bulk request; each job that it changes has one of its own. */
export function bulkStarted(task: BulkTask): NewAuditEntry {
  const { action, addTags, removeTags, selection } = task
  const tags = action === 'tag' ? { addTags, removeTags } : {}
  const jobs = selection.kind === 'ids' ? { jobIds: selection.count } : { filter: withoutKind(selection) }
  return {
    tenant: task.tenant,
    at: task.createdAt,
    author: task.author,
    action: 'bulk.started',
    subject: { type: 'bulk', id: task.id, name: action },
    before: null,
    after: { action, ...tags, ...jobs },
  }
}

const withoutKind = <T extends { readonly kind: string }>({ kind: _, ...filter }: T) => filter

const userSubject = (id: string) => ({ type: 'user', id, name: id }) as const

/** The entry with which a user's deletion begins. No address is in it: entries outlive the user. */
export const userDeleted = ({ tenant, createdAt, author }: DeletionTask): NewAuditEntry => ({
  tenant,
  at: createdAt,
  author,
  action: 'user.deleted',
  subject: userSubject(tenant),
  before: null,
  after: null,
})

/** The entry with which it ends. */
export const userErased = ({ tenant, deleted }: DeletionTask, at: number): NewAuditEntry => ({
  tenant,
  at,
  author: { kind: 'punctual' },
  action: 'user.erased',
  subject: userSubject(tenant),
  before: { ...deleted },
  after: null,
})

type Role = 'USER' | 'ADMIN'

/** The entry of another role. @param at epoch ms. */
export const roleChanged = (
  author: Author,
  tenant: string,
  roles: { readonly before: Role; readonly after: Role },
  at: number,
): NewAuditEntry => ({
  tenant,
  at,
  author,
  action: 'user.role-changed',
  subject: userSubject(tenant),
  before: { role: roles.before },
  after: { role: roles.after },
})
