import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dynamoSecretCatalog } from '../../lambdas/adapters/dynamodb/secret-catalog.ts'
import { cachedSecretReader } from '../../lambdas/adapters/secrets/cached-secret-reader.ts'
import { secretsManagerValues } from '../../lambdas/adapters/secrets/secrets-manager-values.ts'
import { secretsManagerVault } from '../../lambdas/adapters/secrets/secrets-manager-vault.ts'
import { newAccount } from '../../lambdas/domain/account/account.ts'
import { deleteSecret } from '../../lambdas/use-cases/delete-secret.ts'
import { type PutSecretDeps, putSecret } from '../../lambdas/use-cases/put-secret.ts'
import { somebody } from '../support/author.ts'
import { type StartedTable, startTable } from '../support/dynamodb.ts'
import { fixedUsage } from '../support/secret-usage.ts'
import { type StartedVault, startVault } from '../support/vault.ts'

/** The same stores, of which a crash cuts off one call. */
function crashingAt(deps: PutSecretDeps, step: string): PutSecretDeps {
  const cut = <Store extends object>(store: Store, name: string): Store =>
    new Proxy(store, {
      get(target, property) {
        if (`${name}.${String(property)}` !== step) return Reflect.get(target, property)
        return async () => {
          throw new Error('crash')
        }
      },
    })
  return { ...deps, catalog: cut(deps.catalog, 'catalog'), vault: cut(deps.vault, 'vault') }
}

describe('a crash while a secret is changed', () => {
  let table: StartedTable
  let vault: StartedVault
  let deps: PutSecretDeps
  let tenant: string

  beforeAll(async () => {
    ;[table, vault] = await Promise.all([startTable(), startVault()])
    deps = {
      author: somebody,
      catalog: dynamoSecretCatalog({ client: table.client, name: table.tableName }),
      vault: secretsManagerVault(vault.client, 'test'),
      usage: fixedUsage(),
      accounts: { read: async () => newAccount },
      clock: Date.now,
      newSecretId: randomUUID,
      newVersionId: randomUUID,
    }
  })
  afterAll(() => Promise.all([table.stop(), vault.stop()]))
  beforeEach(() => {
    tenant = randomUUID()
  })

  const put = (value: string, withDeps = deps) => putSecret(withDeps, tenant, { name: 'A', value })
  /** What a function that has just started would find. */
  const found = async () => {
    const values = secretsManagerValues('test', vault.client)
    const reader = cachedSecretReader({ catalog: deps.catalog, values, clock: Date.now })
    return (await reader.resolve(tenant, ['A'])).values.get('A')
  }

  it.each(['vault.create', 'catalog.add'])('at %s leaves no secret, and the next attempt makes it', async (step) => {
    await expect(put('one', crashingAt(deps, step))).rejects.toThrow('crash')
    expect(await found()).toBeUndefined()
    expect(await deps.catalog.count(tenant)).toBe(0)
    expect(await put('two')).toMatchObject({ created: true, secret: { versions: 1 } })
    expect(await found()).toBe('two')
  })

  it.each(['vault.addVersion', 'catalog.addVersion'])(
    'at %s leaves the old value, and the next attempt the new one',
    async (step) => {
      await put('old')
      await expect(put('lost', crashingAt(deps, step))).rejects.toThrow('crash')
      await expect(put('lost too', crashingAt(deps, step))).rejects.toThrow('crash')
      expect(await found()).toBe('old')
      expect(await put('new')).toMatchObject({ created: false, secret: { versions: 2 } })
      expect(await found()).toBe('new')
    },
  )

  it.each([
    ['catalog.remove', 'value'],
    ['vault.remove', undefined],
  ])('at %s of a deletion leaves all of it or nothing, and the name free in the end', async (step, left) => {
    await put('value')
    await expect(deleteSecret(crashingAt(deps, step), tenant, 'A', false)).rejects.toThrow('crash')
    expect(await found()).toBe(left)
    if (left !== undefined) await deleteSecret(deps, tenant, 'A', false)
    expect(await put('again')).toMatchObject({ created: true })
    expect(await found()).toBe('again')
  })
})

describe('two who change a secret at the same time', () => {
  it('give up with a conflict when the name never holds still', async () => {
    const now = new Date(0).toISOString()
    const secret = { name: 'A', secretId: 's', versionId: 'v', versions: 1, description: '' }
    let tries = 0
    const deps: PutSecretDeps = {
      author: somebody,
      catalog: {
        read: async () => ({ ...secret, createdAt: now, updatedAt: now }),
        addVersion: async () => undefined,
        add: async () => false,
        count: async () => 0,
        page: async () => ({ secrets: [], more: false }),
        remove: async () => undefined,
        announce: async () => {},
        forget: async () => {},
        loose: async function* () {},
      },
      vault: {
        create: async () => {},
        addVersion: async () => {
          tries++
          return true
        },
        remove: async () => {},
      },
      usage: fixedUsage(),
      accounts: { read: async () => newAccount },
      clock: () => 0,
      newSecretId: () => 's',
      newVersionId: () => 'v',
    }
    await expect(putSecret(deps, 't', { name: 'A', value: 'x' })).rejects.toMatchObject({ code: 'conflict' })
    expect(tries).toBe(3)
  })
})
