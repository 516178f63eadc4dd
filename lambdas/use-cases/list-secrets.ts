import type { JobReference, Secret } from '../domain/secret/secret.ts'
import type { SecretCatalog } from '../ports/secret-catalog.ts'
import type { SecretUsage } from '../ports/secret-usage.ts'

export type ListSecretsDeps = {
  readonly catalog: Pick<SecretCatalog, 'page'>
  readonly usage: Pick<SecretUsage, 'all'>
}

/** One page of a tenant's secrets in order of name, with the jobs that use each; never a value. */
export async function listSecrets(
  deps: ListSecretsDeps,
  tenant: string,
  options: { readonly after?: string | undefined; readonly limit: number },
): Promise<{
  readonly items: readonly { readonly secret: Secret; readonly usedBy: readonly JobReference[] }[]
  /** The name behind which the next page begins. */
  readonly next: string | undefined
}> {
  const [{ secrets, more }, usage] = await Promise.all([deps.catalog.page(tenant, options), deps.usage.all(tenant)])
  return {
    items: secrets.map((secret) => ({ secret, usedBy: usage.get(secret.name) ?? [] })),
    next: more ? secrets.at(-1)?.name : undefined,
  }
}
