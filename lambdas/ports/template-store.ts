import type { NewAuditEntry } from '../domain/audit/audit-entry.ts'
import type { Template } from '../domain/template/template.ts'

/**
 * The templates that tenants have made. All reads see every acknowledged write. An entry of the audit is written in the same
 * transaction as the change.
 */
export interface TemplateStore {
  read(tenant: string, id: string): Promise<Template | undefined>
  /** One page of a tenant's templates in order of id, beginning behind `after`; `more` says whether another follows. */
  page(
    tenant: string,
    options: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<{ readonly templates: readonly Template[]; readonly more: boolean }>
  count(tenant: string): Promise<number>
  /** @returns false when there is another one of this id already. */
  add(tenant: string, template: Template, audit?: NewAuditEntry): Promise<boolean>
  /** @returns false when there is none of this id. */
  replace(tenant: string, template: Template, audit?: NewAuditEntry): Promise<boolean>
  /** Repeating it changes nothing. */
  remove(tenant: string, id: string, audit?: NewAuditEntry): Promise<void>
}
