import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { LooseValue, SecretCatalog } from '../ports/secret-catalog.ts'
import type { SecretVault } from '../ports/secret-vault.ts'

export type DiscardValueDeps = {
  readonly catalog: Pick<SecretCatalog, 'forget'>
  readonly vault: Pick<SecretVault, 'remove'>
}

/** Removes a loose value from the vault. It may be repeated. */
export async function discardValue(
  { catalog, vault }: DiscardValueDeps,
  { tenant, secretId }: Pick<LooseValue, 'tenant' | 'secretId'>,
): Promise<void> {
  await vault.remove({ tenant, secretId })
  await catalog.forget({ tenant, secretId })
}

export type DiscardLooseValuesDeps = DiscardValueDeps & {
  readonly catalog: Pick<SecretCatalog, 'loose'>
  readonly clock: Clock
  readonly log: Log
}

/** Requests end within half a minute and a worker within fifteen: what is loose for longer broke off, ms. */
const ABANDONED_MS = 16 * 60_000

/** Removes the values that crashes have left behind. */
export async function discardLooseValues(
  deps: DiscardLooseValuesDeps,
): Promise<{ readonly count: number; readonly failures: number }> {
  let count = 0
  let failures = 0
  for await (const value of deps.catalog.loose()) {
    if (deps.clock() - value.since < ABANDONED_MS) continue
    const { tenant, secretId } = value
    try {
      await discardValue(deps, value)
      count++
    } catch (error) {
      failures++
      deps.log.error('a value that nothing refers to could not be removed', { tenant, secretId, error })
    }
  }
  return { count, failures }
}
