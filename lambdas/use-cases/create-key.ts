import { refuseDeleted } from '../domain/account/account.ts'
import { type ApiKey, isExpired, KEY_BYTES, prefixOf, type Scope, writeKey } from '../domain/account/api-key.ts'
import type { UserCaller } from '../domain/account/caller.ts'
import { planLimits } from '../domain/account/plan.ts'
import { refuseExcess } from '../domain/account/plan-excess.ts'
import type { Authored } from '../domain/audit/author.ts'
import { keyAudit } from '../domain/audit/key-audit.ts'
import { refuseFaults } from '../domain/refusal.ts'
import type { AccountStore } from '../ports/account-store.ts'
import type { ApiKeyStore } from '../ports/api-key-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { Claimed } from './answer-once.ts'

export type CreateKeyDeps = Authored & {
  readonly keys: ApiKeyStore
  readonly accounts: AccountStore
  readonly clock: Clock
  /** Ids sort by the time given, in epoch ms. */
  newKeyId(now: number): string
  randomBytes(count: number): Uint8Array
}

export type WantedKey = {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly expiresAt: string | null
}

/**
 * Makes a key and gives its text, this once. Where the request broke off before, the key that nobody has seen is replaced.
 * @throws Refusal `validation` for an expiry that has passed, `plan-limit` when the plan has no room.
 */
export async function createKey(
  deps: CreateKeyDeps,
  { tenant, username }: UserCaller,
  wanted: WantedKey,
  claimed?: Claimed,
): Promise<{ readonly key: ApiKey; readonly text: string }> {
  const now = deps.clock()
  if (isExpired(wanted, now)) {
    throw refuseFaults([{ pointer: '/expiresAt', detail: `must be later than now; got ${wanted.expiresAt}` }])
  }
  if (claimed?.isRepeated) await deps.keys.remove(tenant, claimed.id)
  await refuseOverLimit(deps, tenant)
  const text = writeKey(deps.randomBytes(KEY_BYTES))
  const key: ApiKey = {
    ...wanted,
    id: claimed?.id ?? deps.newKeyId(now),
    tenant,
    username,
    prefix: prefixOf(text),
    createdAt: new Date(now).toISOString(),
    lastUsedAt: null,
  }
  await deps.keys.add(key, text, keyAudit(deps.author, 'key.created', key, now))
  return { key, text }
}

async function refuseOverLimit({ keys, accounts }: CreateKeyDeps, tenant: string): Promise<void> {
  const [account, count] = await Promise.all([accounts.read(tenant), keys.count(tenant)])
  refuseDeleted(account)
  const { plan } = account
  const limit = planLimits[plan].keys
  if (count < limit) return
  const detail = `The plan ${plan} has room for ${limit} API keys, and all are taken; delete one.`
  throw refuseExcess(plan, [{ limit: 'keys', value: count + 1, allowed: limit, detail }])
}
