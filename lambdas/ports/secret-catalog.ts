import type { NewAuditEntry } from '../domain/audit/audit-entry.ts'
import type { Secret } from '../domain/secret/secret.ts'

/** A value in the vault that no name means, or no longer, or not yet. */
export type LooseValue = {
  readonly tenant: string
  readonly secretId: string
  /** Epoch ms. */
  readonly since: number
}

/**
 * Which secrets a tenant has: everything but their values. It alone decides what a name means. An entry of the audit is
 * written in the same transaction as the change.
 */
export interface SecretCatalog {
  /** Sees every write that was acknowledged before. */
  read(tenant: string, name: string): Promise<Secret | undefined>
  /** One page in order of name, beginning behind `after`; `more` says whether another follows. */
  page(
    tenant: string,
    options: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<{ readonly secrets: readonly Secret[]; readonly more: boolean }>
  count(tenant: string): Promise<number>
  /** Notes a value that is about to be stored, so that it is found should nothing come to mean it. */
  announce(value: LooseValue): Promise<void>
  /** From here on its value is not loose any more. @returns false when the name has come to mean another secret meanwhile; nothing is changed then. */
  add(tenant: string, secret: Secret, audit?: NewAuditEntry): Promise<boolean>
  /**
   * Makes another version of the value count.
   * @param change.description kept as it is when undefined.
   * @returns the secret as it now is, or undefined when the name no longer means `secretId`.
   */
  addVersion(
    tenant: string,
    name: string,
    change: {
      readonly secretId: string
      readonly versionId: string
      readonly description?: string | undefined
      readonly updatedAt: string
    },
    audit?: NewAuditEntry,
  ): Promise<Secret | undefined>
  /** Leaves its value loose. @param at epoch ms. @returns what was removed, or undefined when there was nothing. */
  remove(tenant: string, name: string, at: number, audit?: NewAuditEntry): Promise<Secret | undefined>
  /** Values of all tenants that are loose. */
  loose(): AsyncIterable<LooseValue>
  /** A loose value is gone from the vault. */
  forget(value: Pick<LooseValue, 'tenant' | 'secretId'>): Promise<void>
}
