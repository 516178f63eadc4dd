import type { ApiKeyStore } from '../ports/api-key-store.ts'

export type RevokeAllKeysDeps = { readonly keys: Pick<ApiKeyStore, 'page' | 'remove'> }

const PAGE = 25

/** Deletes every key of a tenant, as when the tenant is deleted. Repeating it finishes what was cut short. */
export async function revokeAllKeys({ keys }: RevokeAllKeysDeps, tenant: string): Promise<void> {
  for (;;) {
    const page = await keys.page(tenant, { limit: PAGE })
    for (const { id } of page.keys) await keys.remove(tenant, id)
    if (!page.more) return
  }
}
