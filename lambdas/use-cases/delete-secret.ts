import type { Authored } from '../domain/audit/author.ts'
import { secretAudit } from '../domain/audit/secret-audit.ts'
import { notFound, Refusal } from '../domain/refusal.ts'
import type { JobReference } from '../domain/secret/secret.ts'
import type { Clock } from '../ports/clock.ts'
import type { SecretCatalog } from '../ports/secret-catalog.ts'
import type { SecretUsage } from '../ports/secret-usage.ts'
import type { SecretVault } from '../ports/secret-vault.ts'
import { discardValue } from './discard-value.ts'

export type DeleteSecretDeps = Authored & {
  readonly clock: Clock
  readonly catalog: Pick<SecretCatalog, 'read' | 'remove' | 'forget'>
  readonly vault: Pick<SecretVault, 'remove'>
  readonly usage: Pick<SecretUsage, 'jobsUsing'>
}

/** How many jobs a refusal names. */
const MOST_NAMED = 10

/**
 * Deletes a secret. Its name goes first, then its value: what a crash leaves of it in between, the sweeper removes.
 * @param force deletes it although jobs use it; their next runs fail with SECRET_NOT_FOUND.
 * @throws Refusal `not-found`, or `secret-in-use` naming the jobs.
 */
export async function deleteSecret(
  deps: DeleteSecretDeps,
  tenant: string,
  name: string,
  force: boolean,
): Promise<void> {
  const secret = await deps.catalog.read(tenant, name)
  if (!secret) throw notFound('secret')
  const users = force ? [] : await deps.usage.jobsUsing(tenant, name)
  if (users.length > 0) throw new Refusal('secret-in-use', inUse(name, users))
  const at = deps.clock()
  const audit = secretAudit(deps.author, tenant, name, { before: secret }, at)
  // Nothing is left to remove when another call was faster, or this one was repeated after its answer was lost.
  const { secretId } = (await deps.catalog.remove(tenant, name, at, audit)) ?? secret
  await discardValue(deps, { tenant, secretId })
}

function inUse(name: string, users: readonly JobReference[]): string {
  const named = users.slice(0, MOST_NAMED).map((job) => `${JSON.stringify(job.jobName)} (${job.jobId})`)
  const others = users.length - named.length
  const jobs = `${named.join(', ')}${others > 0 ? ` and ${others} more` : ''}`
  return `The secret ${name} is used by ${jobs}. Change these first, or add ?force=true to delete it all the same.`
}
