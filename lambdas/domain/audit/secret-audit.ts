import type { Secret } from '../secret/secret.ts'
import type { NewAuditEntry } from './audit-entry.ts'
import type { Author } from './author.ts'

/** What may be told of a secret: that there is another version, never what it holds. */
const shown = ({ description, versions }: Secret) => ({ version: versions, ...(description ? { description } : {}) })

type SecretChange = { readonly before?: Secret | undefined; readonly after?: Secret | undefined }

/** The entry of a secret's making, of a new version, or of its end. @param at epoch ms. */
export function secretAudit(
  author: Author,
  tenant: string,
  name: string,
  { before, after }: SecretChange,
  at: number,
): NewAuditEntry {
  const isDescribed = before && after && before.description !== after.description
  const told = (secret: Secret) => (before && after && !isDescribed ? { version: secret.versions } : shown(secret))
  return {
    tenant,
    at,
    author,
    action: after ? (before ? 'secret.changed' : 'secret.created') : 'secret.deleted',
    subject: { type: 'secret', id: name, name },
    before: before ? told(before) : null,
    after: after ? told(after) : null,
  }
}
