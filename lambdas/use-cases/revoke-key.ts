import { notFound } from '../domain/refusal.ts'
import type { ApiKeyStore } from '../ports/api-key-store.ts'

export type RevokeKeyDeps = { readonly keys: Pick<ApiKeyStore, 'remove'> }

/** Deletes a key; it opens nothing any more within a minute. @throws Refusal `not-found`. */
export async function revokeKey(deps: RevokeKeyDeps, tenant: string, keyId: string): Promise<void> {
  if (!(await deps.keys.remove(tenant, keyId))) throw notFound('API key')
}
