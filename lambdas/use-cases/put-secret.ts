import { refuseDeleted } from '../domain/account/account.ts'
import { planLimits } from '../domain/account/plan.ts'
import { refuseExcess } from '../domain/account/plan-excess.ts'
import type { Authored } from '../domain/audit/author.ts'
import { secretAudit } from '../domain/audit/secret-audit.ts'
import { Refusal } from '../domain/refusal.ts'
import type { JobReference, Secret } from '../domain/secret/secret.ts'
import type { AccountStore } from '../ports/account-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { SecretCatalog } from '../ports/secret-catalog.ts'
import type { SecretUsage } from '../ports/secret-usage.ts'
import type { SecretVault } from '../ports/secret-vault.ts'
import { discardValue } from './discard-value.ts'

export type PutSecretDeps = Authored & {
  readonly catalog: SecretCatalog
  readonly vault: SecretVault
  readonly usage: SecretUsage
  readonly accounts: AccountStore
  readonly clock: Clock
  newSecretId(): string
  newVersionId(): string
}

export type NewValue = { readonly name: string; readonly value: string; readonly description?: string | undefined }

export type SavedSecret = {
  readonly secret: Secret
  readonly created: boolean
  readonly usedBy: readonly JobReference[]
}

/** How often a save begins anew because the name was created or deleted meanwhile. */
const MOST_TRIES = 3

/**
 * Saves a value under a name: a new secret, or a new version of one.
 *
 * The value goes to the vault first, under an id of its own; the catalog's row then makes it count, in one conditional
 * write. A crash between the two leaves the secret as it was, and in the vault a value that the sweeper removes.
 * @throws Refusal `plan-limit`, or `conflict` when the name keeps changing hands.
 */
export async function putSecret(deps: PutSecretDeps, tenant: string, wanted: NewValue): Promise<SavedSecret> {
  for (let attempt = 1; attempt <= MOST_TRIES; attempt++) {
    const existing = await deps.catalog.read(tenant, wanted.name)
    const secret = existing ? await addVersion(deps, tenant, existing, wanted) : await create(deps, tenant, wanted)
    if (secret) {
      const usedBy = await deps.usage.jobsUsing(tenant, wanted.name)
      return { secret, created: existing === undefined, usedBy }
    }
  }
  throw new Refusal('conflict', `The secret ${wanted.name} was created or deleted at the same time; try again.`)
}

async function create(deps: PutSecretDeps, tenant: string, wanted: NewValue): Promise<Secret | undefined> {
  const [account, count] = await Promise.all([deps.accounts.read(tenant), deps.catalog.count(tenant)])
  refuseDeleted(account)
  const limit = planLimits[account.plan].secrets
  if (count >= limit) {
    const detail = `The plan ${account.plan} has room for ${limit} secrets, and all are taken.`
    throw refuseExcess(account.plan, [{ limit: 'secrets', value: count + 1, allowed: limit, detail }])
  }
  const at = deps.clock()
  const now = new Date(at).toISOString()
  const secret: Secret = {
    name: wanted.name,
    secretId: deps.newSecretId(),
    versionId: deps.newVersionId(),
    versions: 1,
    description: wanted.description ?? '',
    createdAt: now,
    updatedAt: now,
  }
  const { secretId } = secret
  await deps.catalog.announce({ tenant, secretId, since: at })
  await deps.vault.create({ tenant, secretId, versionId: secret.versionId }, wanted.value)
  const audit = secretAudit(deps.author, tenant, secret.name, { after: secret }, at)
  if (await deps.catalog.add(tenant, secret, audit)) return secret
  await discardValue(deps, { tenant, secretId })
  return undefined
}

async function addVersion(
  deps: PutSecretDeps,
  tenant: string,
  existing: Secret,
  wanted: NewValue,
): Promise<Secret | undefined> {
  const versionId = deps.newVersionId()
  const { secretId } = existing
  if (!(await deps.vault.addVersion({ tenant, secretId, versionId }, wanted.value))) return undefined
  const at = deps.clock()
  const change = { secretId, versionId, description: wanted.description, updatedAt: new Date(at).toISOString() }
  const after = {
    ...existing,
    versions: existing.versions + 1,
    description: wanted.description ?? existing.description,
  }
  const audit = secretAudit(deps.author, tenant, wanted.name, { before: existing, after }, at)
  return deps.catalog.addVersion(tenant, wanted.name, change, audit)
}
