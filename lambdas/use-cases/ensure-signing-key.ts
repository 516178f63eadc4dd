import type { SecretCatalog } from '../ports/secret-catalog.ts'

/** The secret that jobs with `sign` are signed with, one for each tenant. */
export const SIGNING_KEY_NAME = 'WEBHOOK_SIGNING_KEY'

export type EnsureSigningKeyDeps = {
  readonly secrets: Pick<SecretCatalog, 'read'>
  /** Generates and stores a key under that name. */
  readonly generateSigningKey: (tenant: string, name: string) => Promise<void>
}

/** Makes sure that there is a key to sign with, so that `sign` works without a step before it. */
export async function ensureSigningKey(tenant: string, deps: EnsureSigningKeyDeps): Promise<void> {
  if ((await deps.secrets.read(tenant, SIGNING_KEY_NAME)) === undefined) {
    await deps.generateSigningKey(tenant, SIGNING_KEY_NAME)
  }
}
