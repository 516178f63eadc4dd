import type { ApiKey } from '../domain/account/api-key.ts'
import type { NewAuditEntry } from '../domain/audit/audit-entry.ts'

/** Which keys there are. It keeps a hash of each: what it holds opens nothing. All reads see every acknowledged write. */
export interface ApiKeyStore {
  /** @param text the key itself. */
  find(text: string): Promise<ApiKey | undefined>
  /** The entry of the audit, here and in `remove`, is written in the same transaction. */
  add(key: ApiKey, text: string, audit?: NewAuditEntry): Promise<void>
  /** @returns undefined when the tenant has no such key. */
  read(tenant: string, id: string): Promise<ApiKey | undefined>
  /** One page of a tenant's keys, oldest first, beginning behind the id `after`; `more` says whether another follows. */
  page(
    tenant: string,
    options: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<{ readonly keys: readonly ApiKey[]; readonly more: boolean }>
  count(tenant: string): Promise<number>
  /** @returns false when the tenant has no such key. */
  remove(tenant: string, id: string, audit?: NewAuditEntry): Promise<boolean>
  /**
   * Remembers that a key was used; does nothing when the key is gone or a later use is remembered already.
   * @param at epoch ms.
   */
  markUsed(text: string, at: number): Promise<void>
}
