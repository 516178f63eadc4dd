import type { Template } from '../template/template.ts'
import type { NewAuditEntry } from './audit-entry.ts'
import type { Author } from './author.ts'
import { changedFields, type Side } from './changed-fields.ts'

/** Jobs may have credentials typed into them: of them it is told how many there are. */
const shown = ({ name, description, variables, secrets, jobs }: Template) => ({
  name,
  ...(description ? { description } : {}),
  variables: variables.map((variable) => variable.name),
  secrets: secrets.map((secret) => secret.name),
  jobs: `${jobs.length} of them`,
})

const sideOf = (template: Template | undefined): Side =>
  template ? { fields: { ...template }, shown: shown(template) } : { fields: {}, shown: {} }

type TemplateChange = { readonly before?: Template | undefined; readonly after?: Template | undefined }

/** The entry of an own template's making, of a change, or of its end. @param at epoch ms. */
export function templateAudit(
  author: Author,
  tenant: string,
  { before, after }: TemplateChange,
  at: number,
): NewAuditEntry {
  const template = after ?? before
  const changed = changedFields(sideOf(before), sideOf(after))
  return {
    tenant,
    at,
    author,
    action: after ? (before ? 'template.changed' : 'template.created') : 'template.deleted',
    subject: { type: 'template', id: template?.id ?? '', name: template?.name ?? '' },
    before: before ? changed.before : null,
    after: after ? changed.after : null,
  }
}
