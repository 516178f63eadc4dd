import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dynamoSecretCatalog } from '../../lambdas/adapters/dynamodb/secret-catalog.ts'
import { secretsManagerVault } from '../../lambdas/adapters/secrets/secrets-manager-vault.ts'
import { newAccount } from '../../lambdas/domain/account/account.ts'
import type { SecretCatalog } from '../../lambdas/ports/secret-catalog.ts'
import { deleteSecret } from '../../lambdas/use-cases/delete-secret.ts'
import { discardLooseValues } from '../../lambdas/use-cases/discard-value.ts'
import { putSecret } from '../../lambdas/use-cases/put-secret.ts'
import { somebody } from '../support/author.ts'
import { memoryLog } from '../support/call-api.ts'
import { type StartedTable, startTable } from '../support/dynamodb.ts'
import { Crash, FaultLine } from '../support/fault-line.ts'
import { fixedUsage } from '../support/secret-usage.ts'
import { type StartedVault, startVault } from '../support/vault.ts'

const MINUTE_MS = 60_000

let table: StartedTable
let vault: StartedVault
let catalog: SecretCatalog
let now: number
beforeAll(async () => {
  ;[table, vault] = await Promise.all([startTable(), startVault()])
  catalog = dynamoSecretCatalog({ client: table.client, name: table.tableName })
})
afterAll(() => Promise.all([table.stop(), vault.stop()]))
beforeEach(async () => {
  now = Date.parse('2026-11-21T12:00:00Z')
  await vault.clear()
})

const removing = () => ({
  catalog,
  vault: secretsManagerVault(vault.client, 'test'),
  clock: () => now,
  log: memoryLog(),
})

const depsOf = (faults: FaultLine) => ({
  author: somebody,
  catalog: faults.under('catalog', catalog),
  vault: faults.under('vault', secretsManagerVault(vault.client, 'test')),
  usage: fixedUsage(),
  accounts: { read: async () => newAccount },
  clock: () => now,
  newSecretId: randomUUID,
  newVersionId: randomUUID,
})

type Deps = ReturnType<typeof depsOf>

/** What the catalog means, as names in the vault. */
async function meant(tenant: string): Promise<readonly string[]> {
  const { secrets } = await catalog.page(tenant, { limit: 100 })
  return secrets.map(({ secretId }) => `/punctual/test/${tenant}/${secretId}`)
}

const put = (deps: Deps, tenant: string) => putSecret(deps, tenant, { name: 'A', value: 'x' })

describe('a value that nothing refers to', () => {
  it.each<[string, (deps: Deps, tenant: string) => Promise<unknown>, (deps: Deps, tenant: string) => Promise<unknown>]>(
    [
      ['made', async () => {}, put],
      ['changed', put, put],
      ['deleted', put, (deps, tenant) => deleteSecret(deps, tenant, 'A', false)],
      [
        'made twice at once',
        async () => {},
        (deps, tenant) => Promise.allSettled([put(deps, tenant), put(deps, tenant)]),
      ],
    ],
  )('is gone a while after a crash at any moment while a secret is %s', async (_what, prepare, act) => {
    let hasCrashed = true
    let crashes = 0
    for (let effect = 0; hasCrashed; effect++) {
      hasCrashed = false
      for (const when of ['before', 'after'] as const) {
        const [tenant, faults] = [randomUUID(), new FaultLine()]
        const deps = depsOf(faults)
        await prepare(deps, tenant)
        faults.arm({ effect, when })
        await act(deps, tenant).catch((error) => expect(error).toBeInstanceOf(Crash))
        hasCrashed ||= faults.hasCrashed
        crashes += Number(faults.hasCrashed)
        now += 17 * MINUTE_MS
        expect((await discardLooseValues(removing())).failures).toBe(0)
        const place = `${when} effect ${effect}: ${faults.effects.join(', ')}`
        expect(await Array.fromAsync(catalog.loose()), place).toEqual([])
        const values = (await vault.names()).filter((name) => name.includes(tenant))
        expect(values, place).toEqual(await meant(tenant))
      }
    }
    expect(crashes).toBeGreaterThanOrEqual(6)
  })

  it('is left alone while a request may still come to mean it', async () => {
    const tenant = randomUUID()
    const value = { tenant, secretId: 'secret-1' }
    await catalog.announce({ ...value, since: now })
    await removing().vault.create({ ...value, versionId: randomUUID() }, 'x')
    now += 15 * MINUTE_MS
    expect(await discardLooseValues(removing())).toEqual({ count: 0, failures: 0 })
    expect(await vault.names()).toHaveLength(1)
    now += MINUTE_MS
    expect(await discardLooseValues(removing())).toEqual({ count: 1, failures: 0 })
    expect(await vault.names()).toEqual([])
  })

  it('that cannot be removed is counted, logged by its id, and kept noted; others are removed', async () => {
    const tenants = [randomUUID(), randomUUID()].sort()
    for (const tenant of tenants) await catalog.announce({ tenant, secretId: 'secret-1', since: 0 })
    const deps = removing()
    const remove = async ({ tenant }: { tenant: string }) => {
      if (tenant === tenants[0]) throw new Error('no vault')
    }
    expect(await discardLooseValues({ ...deps, vault: { remove } })).toEqual({ count: 1, failures: 1 })
    expect(deps.log.lines).toMatchObject([{ level: 'error', fields: { tenant: tenants[0], secretId: 'secret-1' } }])
    expect(await Array.fromAsync(catalog.loose())).toMatchObject([{ tenant: tenants[0] }])
    await discardLooseValues(deps)
    expect(await Array.fromAsync(catalog.loose())).toEqual([])
  })
})
