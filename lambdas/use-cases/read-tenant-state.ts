import type { Account } from '../domain/account/account.ts'
import type { Job } from '../domain/job/job.ts'
import type { Secret } from '../domain/secret/secret.ts'
import type { AccountStore } from '../ports/account-store.ts'
import type { SecretCatalog } from '../ports/secret-catalog.ts'
import type { TenantJobs } from '../ports/tenant-jobs.ts'

export type ReadTenantStateDeps = {
  readonly accounts: AccountStore
  readonly tenantJobs: TenantJobs
  readonly catalog: Pick<SecretCatalog, 'page'>
  /** Resolves after so many milliseconds. */
  readonly pause: (ms: number) => Promise<unknown>
}

/** Everything of a tenant that an import is compared with. */
export type TenantState = {
  readonly account: Account
  /** In order of creation. */
  readonly jobs: readonly Job[]
  readonly secrets: ReadonlyMap<string, Secret>
}

/** Waits for jobs that are not listed yet, in milliseconds. */
const PAUSES_MS = [100, 200, 400, 800] as const
const SECRETS_A_PAGE = 100

export async function readTenantState(deps: ReadTenantStateDeps, tenant: string): Promise<TenantState> {
  const [{ account, jobs }, secrets] = await Promise.all([allJobs(deps, tenant), allSecrets(deps, tenant)])
  return { account, jobs, secrets }
}

/**
 * The list of jobs is eventually consistent, and the number of jobs in the account is not: while fewer are listed than there
 * are, some have just been created, and an import repeated at once would create them again.
 */
export async function allJobs(deps: Omit<ReadTenantStateDeps, 'catalog'>, tenant: string) {
  for (const ms of [...PAUSES_MS, undefined]) {
    const account = await deps.accounts.read(tenant)
    const jobs = await Array.fromAsync(deps.tenantJobs.ofTenant(tenant))
    if (jobs.length >= account.jobs || ms === undefined) return { account, jobs }
    await deps.pause(ms)
  }
  throw new Error('The last round of reading jobs returns.')
}

/** All secrets of a tenant, without their values, by name. */
export async function allSecrets(
  deps: Pick<ReadTenantStateDeps, 'catalog'>,
  tenant: string,
): Promise<ReadonlyMap<string, Secret>> {
  const found = new Map<string, Secret>()
  let after: string | undefined
  for (;;) {
    const { secrets, more } = await deps.catalog.page(tenant, { after, limit: SECRETS_A_PAGE })
    for (const secret of secrets) found.set(secret.name, secret)
    after = secrets.at(-1)?.name
    if (!more) return found
  }
}
