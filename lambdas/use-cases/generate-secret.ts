import { formatGenerated, type GeneratedFormat } from '../domain/secret/generated-value.ts'
import { type PutSecretDeps, putSecret, type SavedSecret } from './put-secret.ts'

export type GenerateSecretDeps = PutSecretDeps & { randomBytes(count: number): Uint8Array }

/** Saves a random value under a name. Its answer is the only place where the value is ever shown. */
export async function generateSecret(
  deps: GenerateSecretDeps,
  tenant: string,
  wanted: { readonly name: string; readonly bytes: number; readonly format: GeneratedFormat },
): Promise<SavedSecret & { readonly value: string }> {
  const value = formatGenerated(deps.randomBytes(wanted.bytes), wanted.format)
  return { ...(await putSecret(deps, tenant, { name: wanted.name, value })), value }
}
