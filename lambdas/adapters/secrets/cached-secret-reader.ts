import type { Secret } from '../../domain/secret/secret.ts'
import type { Clock } from '../../ports/clock.ts'
import type { SecretCatalog } from '../../ports/secret-catalog.ts'
import type { SecretReader, SecretValues } from '../../ports/secret-reader.ts'

export type CachedSecretReaderDeps = {
  readonly catalog: Pick<SecretCatalog, 'read'>
  readonly values: SecretValues
  readonly clock: Clock
}

/** For this long a name is taken to mean what it meant; a new version acts within it at the latest. */
const FRESH_MS = 60_000

/** Most values held at once; each may have 64 KiB. */
const MOST_CACHED = 500

type Cached = {
  readonly secretId: string
  readonly versionId: string
  readonly value: string
  readonly checkedAt: number
}

const isOf = (secret: Secret, cached: Cached | undefined): cached is Cached =>
  cached?.secretId === secret.secretId && cached.versionId === secret.versionId

/**
 * Keeps values in the memory of a warm function. After a minute the catalog is asked whether the version still
 * counts; the vault is asked only for a version not seen before, because versions never change.
 */
export function cachedSecretReader({ catalog, values, clock }: CachedSecretReaderDeps): SecretReader {
  const cache = new Map<string, Cached>()
  const cacheKey = (tenant: string, name: string): string => `${tenant}/${name}`

  const keep = (key: string, entry: Cached): string => {
    cache.delete(key)
    cache.set(key, entry)
    const oldest = cache.keys().next()
    if (cache.size > MOST_CACHED && !oldest.done) cache.delete(oldest.value)
    return entry.value
  }

  async function read(tenant: string, name: string): Promise<string | undefined> {
    const key = cacheKey(tenant, name)
    const cached = cache.get(key)
    if (cached && clock() - cached.checkedAt < FRESH_MS) return cached.value
    const checkedAt = clock()
    const secret = await catalog.read(tenant, name)
    const value = secret && (isOf(secret, cached) ? cached.value : await values.read({ tenant, ...secret }))
    if (secret === undefined || value === undefined) {
      cache.delete(key)
      return undefined
    }
    return keep(key, { secretId: secret.secretId, versionId: secret.versionId, value, checkedAt })
  }

  return {
    async resolve(tenant, names) {
      const found = await Promise.all(
        [...new Set(names)].map(async (name) => ({ name, value: await read(tenant, name) })),
      )
      return {
        values: new Map(found.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]))),
        missing: found.filter(({ value }) => value === undefined).map(({ name }) => name),
      }
    },
    async forget(tenant, names) {
      for (const name of names) cache.delete(cacheKey(tenant, name))
    },
  }
}
