import { SIGNING_KEY_NAME } from '../domain/job/job-secrets.ts'
import { type GenerateSecretDeps, generateSecret } from './generate-secret.ts'

/** Bytes of a signing key; Standard Webhooks 1.0.0 allows 24 to 64. */
const KEY_BYTES = 32

/** Makes sure that there is a key to sign with, so that `sign` works without a step before it. */
export async function ensureSigningKey(deps: GenerateSecretDeps, tenant: string): Promise<void> {
  if ((await deps.catalog.read(tenant, SIGNING_KEY_NAME)) !== undefined) return
  await generateSecret(deps, tenant, { name: SIGNING_KEY_NAME, bytes: KEY_BYTES, format: 'whsec' })
}
