import type { Plan } from '../account/plan.ts'
import type { NewAuditEntry } from './audit-entry.ts'
import type { Author } from './author.ts'

/** The entry of a change of plan. @param at epoch ms. */
export const planChanged = (
  author: Author,
  tenant: string,
  { before, after }: { readonly before: Plan; readonly after: Plan },
  at: number,
): NewAuditEntry => ({
  tenant,
  at,
  author,
  action: 'plan.changed',
  subject: { type: 'user', id: tenant, name: tenant },
  before: { plan: before },
  after: { plan: after },
})
