import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dynamoSecretCatalog } from '../../../lambdas/adapters/dynamodb/secret-catalog.ts'
import { cachedSecretReader } from '../../../lambdas/adapters/secrets/cached-secret-reader.ts'
import { secretsManagerValues } from '../../../lambdas/adapters/secrets/secrets-manager-values.ts'
import { secretsManagerVault } from '../../../lambdas/adapters/secrets/secrets-manager-vault.ts'
import { newAccount } from '../../../lambdas/domain/account/account.ts'
import type { SecretCatalog } from '../../../lambdas/ports/secret-catalog.ts'
import type { SecretReader } from '../../../lambdas/ports/secret-reader.ts'
import { deleteSecret } from '../../../lambdas/use-cases/delete-secret.ts'
import { type PutSecretDeps, putSecret } from '../../../lambdas/use-cases/put-secret.ts'
import { somebody } from '../../support/author.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'
import { fixedUsage } from '../../support/secret-usage.ts'
import { type StartedVault, startVault } from '../../support/vault.ts'

describe('cachedSecretReader', () => {
  let table: StartedTable
  let vault: StartedVault
  let deps: PutSecretDeps
  let reader: SecretReader
  let tenant: string
  let now: number
  let catalogReads: number

  beforeAll(async () => {
    ;[table, vault] = await Promise.all([startTable(), startVault()])
  })
  afterAll(() => Promise.all([table.stop(), vault.stop()]))
  beforeEach(() => {
    tenant = randomUUID()
    now = Date.UTC(2026, 0, 1)
    const catalog = dynamoSecretCatalog({ client: table.client, name: table.tableName })
    deps = {
      author: somebody,
      catalog,
      vault: secretsManagerVault(vault.client, 'test'),
      usage: fixedUsage(),
      accounts: { read: async () => newAccount },
      clock: () => now,
      newSecretId: randomUUID,
      newVersionId: randomUUID,
    }
    const counted: Pick<SecretCatalog, 'read'> = {
      read(...key) {
        catalogReads++
        return catalog.read(...key)
      },
    }
    reader = cachedSecretReader({
      catalog: counted,
      values: secretsManagerValues('test', vault.client),
      clock: () => now,
    })
    startCounting()
  })

  const startCounting = () => {
    catalogReads = 0
    vault.calls.length = 0
  }
  /** Calls since counting began: to the table, and to Secrets Manager. */
  const counts = () => ({ table: catalogReads, vault: vault.calls.length })
  const put = (name: string, value: string) => putSecret(deps, tenant, { name, value })
  const values = async (...names: string[]) => Object.fromEntries((await reader.resolve(tenant, names)).values)

  it('gives the values that exist and names those that do not', async () => {
    await put('A', 'value a')
    await put('B', 'value b')
    expect(await reader.resolve(tenant, ['X', 'B', 'A', 'Y', 'B'])).toEqual({
      values: new Map([
        ['B', 'value b'],
        ['A', 'value a'],
      ]),
      missing: ['X', 'Y'],
    })
  })

  it('gives nothing of another tenant', async () => {
    await put('A', 'value a')
    expect(await values('A')).toEqual({ A: 'value a' })
    expect(await reader.resolve(randomUUID(), ['A'])).toMatchObject({ missing: ['A'] })
  })

  it('makes no call at all while warm', async () => {
    await put('A', 'value a')
    await values('A')
    startCounting()
    now += 59_999
    expect(await values('A')).toEqual({ A: 'value a' })
    expect(counts()).toEqual({ table: 0, vault: 0 })
  })

  it('asks after a minute whether the version still counts, and reads no value again', async () => {
    await put('A', 'value a')
    await values('A')
    startCounting()
    now += 60_000
    expect(await values('A')).toEqual({ A: 'value a' })
    expect(counts()).toEqual({ table: 1, vault: 0 })
    now += 59_999
    await values('A')
    expect(counts()).toEqual({ table: 1, vault: 0 })
  })

  it('gives a new version after a minute at the latest, for one read of its value', async () => {
    await put('A', 'old')
    await values('A')
    await put('A', 'new')
    startCounting()
    expect(await values('A')).toEqual({ A: 'old' })
    now += 60_000
    expect(await values('A')).toEqual({ A: 'new' })
    expect(counts()).toEqual({ table: 1, vault: 1 })
    expect(vault.calls).toEqual(['GetSecretValue'])
  })

  it('gives a new version at once when told to forget', async () => {
    await put('A', 'old')
    await values('A')
    await put('A', 'new')
    reader.forget(tenant, ['A'])
    expect(await values('A')).toEqual({ A: 'new' })
  })

  it('gives the version that the catalog names, whatever else the vault holds', async () => {
    await put('A', 'counts')
    const secret = await deps.catalog.read(tenant, 'A')
    const crashed = { tenant, secretId: secret!.secretId, versionId: randomUUID() }
    await deps.vault.addVersion(crashed, 'never acknowledged')
    expect(await values('A')).toEqual({ A: 'counts' })
  })

  it('misses a deleted secret after a minute, and finds it again once it is back', async () => {
    await put('A', 'first')
    await values('A')
    await deleteSecret(deps, tenant, 'A', false)
    now += 60_000
    expect((await reader.resolve(tenant, ['A'])).missing).toEqual(['A'])
    await put('A', 'second')
    expect(await values('A')).toEqual({ A: 'second' })
  })

  it('does not remember that a secret was missing', async () => {
    expect((await reader.resolve(tenant, ['A'])).missing).toEqual(['A'])
    await put('A', 'now here')
    expect(await values('A')).toEqual({ A: 'now here' })
  })

  it('misses a secret whose value is gone', async () => {
    await put('A', 'value a')
    const secret = await deps.catalog.read(tenant, 'A')
    await deps.vault.remove({ tenant, secretId: secret!.secretId })
    expect((await reader.resolve(tenant, ['A'])).missing).toEqual(['A'])
  })

  it('holds a bounded number of values', async () => {
    let reads = 0
    const bounded = cachedSecretReader({
      catalog: {
        read: async (_tenant, name) => ({
          name,
          secretId: name,
          versionId: 'v1',
          versions: 1,
          description: '',
          createdAt: '',
          updatedAt: '',
        }),
      },
      values: { read: async () => `value ${++reads}` },
      clock: () => now,
    })
    const names = Array.from({ length: 501 }, (_, n) => `S${n}`)
    await bounded.resolve(tenant, names)
    expect(reads).toBe(501)
    await bounded.resolve(tenant, names.slice(1))
    expect(reads).toBe(501)
    await bounded.resolve(tenant, names.slice(0, 1))
    expect(reads).toBe(502)
  })
})
