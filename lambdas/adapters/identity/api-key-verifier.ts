import { type ApiKey, isExpired, isKey } from '../../domain/account/api-key.ts'
import type { ApiKeyStore } from '../../ports/api-key-store.ts'
import type { Clock } from '../../ports/clock.ts'
import type { IdentityProvider } from '../../ports/identity-provider.ts'
import type { TokenVerifier } from '../../ports/token-verifier.ts'

export type ApiKeyVerifierDeps = {
  readonly keys: Pick<ApiKeyStore, 'find' | 'markUsed'>
  readonly identity: Pick<IdentityProvider, 'isActive'>
  readonly clock: Clock
}

/** For this long a key is taken to be as it was; its revocation acts within it, and so within a minute at the latest. */
const FRESH_MS = 30_000

/** Once in this time a key's use is written down, and its user is looked for. */
const USE_MS = 3_600_000

/** Most keys remembered at once. */
const MOST_CACHED = 1_000

type Cached = { readonly key: ApiKey; readonly checkedAt: number }

/**
 * Verifies API keys. A warm function asks the table once in half a minute for each key, and the identity provider once
 * an hour whether the key's user is still there: keys of users who were deleted or disabled without their keys end then.
 */
export function apiKeyVerifier({ keys, identity, clock }: ApiKeyVerifierDeps): TokenVerifier {
  const cache = new Map<string, Cached>()

  /** @returns false when the user of the key is gone. */
  async function noteUse(key: ApiKey, text: string, now: number): Promise<boolean> {
    if (key.lastUsedAt !== null && now - Date.parse(key.lastUsedAt) < USE_MS) return true
    if (!(await identity.isActive(key.username))) return false
    await keys.markUsed(text, now)
    return true
  }

  async function lookUp(text: string): Promise<ApiKey | undefined> {
    const now = clock()
    cache.delete(text)
    const key = await keys.find(text)
    if (!key || isExpired(key, now) || !(await noteUse(key, text, now))) return undefined
    cache.set(text, { key, checkedAt: now })
    const oldest = cache.keys().next()
    if (cache.size > MOST_CACHED && !oldest.done) cache.delete(oldest.value)
    return key
  }

  return {
    async verify(text) {
      if (!isKey(text)) return undefined
      const cached = cache.get(text)
      const key = cached && clock() - cached.checkedAt < FRESH_MS ? cached.key : await lookUp(text)
      if (!key || isExpired(key, clock())) return undefined
      return { kind: 'key', tenant: key.tenant, keyId: key.id, scopes: key.scopes }
    },
  }
}
