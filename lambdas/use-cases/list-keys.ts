import type { ApiKey } from '../domain/account/api-key.ts'
import type { ApiKeyStore } from '../ports/api-key-store.ts'

export type ListKeysDeps = { readonly keys: Pick<ApiKeyStore, 'page'> }

/** One page of a tenant's keys, oldest first; never a key itself. */
export async function listKeys(
  deps: ListKeysDeps,
  tenant: string,
  options: { readonly after?: string | undefined; readonly limit: number },
): Promise<{
  readonly items: readonly ApiKey[]
  /** The id behind which the next page begins. */
  readonly next: string | undefined
}> {
  const { keys, more } = await deps.keys.page(tenant, options)
  return { items: keys, next: more ? keys.at(-1)?.id : undefined }
}
