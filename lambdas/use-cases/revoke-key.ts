import type { Authored } from '../domain/audit/author.ts'
import { keyAudit } from '../domain/audit/key-audit.ts'
import { notFound } from '../domain/refusal.ts'
import type { ApiKeyStore } from '../ports/api-key-store.ts'
import type { Clock } from '../ports/clock.ts'

export type RevokeKeyDeps = Authored & {
  readonly keys: Pick<ApiKeyStore, 'read' | 'remove'>
  readonly clock: Clock
}

/** Deletes a key; it opens nothing any more within a minute. @throws Refusal `not-found`. */
export async function revokeKey(deps: RevokeKeyDeps, tenant: string, keyId: string): Promise<void> {
  const key = await deps.keys.read(tenant, keyId)
  if (!key) throw notFound('API key')
  const audit = keyAudit(deps.author, 'key.revoked', key, deps.clock())
  if (!(await deps.keys.remove(tenant, keyId, audit))) throw notFound('API key')
}
