import type { ApiKey } from '../account/api-key.ts'
import type { NewAuditEntry } from './audit-entry.ts'
import type { Author } from './author.ts'

/** The entry of a key's making or revocation; the key itself is nowhere in it. @param at epoch ms. */
export function keyAudit(
  author: Author,
  action: 'key.created' | 'key.revoked',
  { tenant, id, name, scopes, expiresAt, prefix }: ApiKey,
  at: number,
): NewAuditEntry {
  const told = { name, scopes, expiresAt, prefix }
  const isNew = action === 'key.created'
  return {
    tenant,
    at,
    author,
    action,
    subject: { type: 'key', id, name },
    before: isNew ? null : told,
    after: isNew ? told : null,
  }
}
