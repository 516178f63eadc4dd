import { randomUUID } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dynamoSecretCatalog } from '../../../lambdas/adapters/dynamodb/secret-catalog.ts'
import type { Secret } from '../../../lambdas/domain/secret/secret.ts'
import type { SecretCatalog } from '../../../lambdas/ports/secret-catalog.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'

const secretOf = (name: string): Secret => ({
  name,
  secretId: `id-${name}`,
  versionId: 'v1',
  versions: 1,
  description: 'd',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
})

describe('dynamoSecretCatalog', () => {
  let table: StartedTable
  let catalog: SecretCatalog
  let tenant: string

  beforeAll(async () => {
    table = await startTable()
    catalog = dynamoSecretCatalog({ client: table.client, name: table.tableName })
  })
  afterAll(() => table.stop())
  beforeEach(() => {
    tenant = randomUUID()
  })

  it('reads back what was added, for its tenant alone', async () => {
    expect(await catalog.add(tenant, secretOf('A'))).toBe(true)
    expect(await catalog.read(tenant, 'A')).toEqual(secretOf('A'))
    expect(await catalog.read(tenant, 'a')).toBeUndefined()
    expect(await catalog.read(randomUUID(), 'A')).toBeUndefined()
  })

  it('does not add a name twice', async () => {
    await catalog.add(tenant, secretOf('A'))
    expect(await catalog.add(tenant, { ...secretOf('A'), secretId: 'other' })).toBe(false)
    expect(await catalog.read(tenant, 'A')).toEqual(secretOf('A'))
  })

  it('finds its own work done when a write is repeated', async () => {
    const change = { secretId: 'id-A', versionId: 'v2', updatedAt: 'later' }
    expect(await catalog.add(tenant, secretOf('A'))).toBe(true)
    expect(await catalog.add(tenant, secretOf('A'))).toBe(true)
    const changed = await catalog.addVersion(tenant, 'A', change)
    expect(await catalog.addVersion(tenant, 'A', change)).toEqual(changed)
    expect(await catalog.read(tenant, 'A')).toMatchObject({ versions: 2 })
  })

  it('lets another version count, keeping what is not given', async () => {
    await catalog.add(tenant, secretOf('A'))
    const change = { secretId: 'id-A', versionId: 'v2', updatedAt: '2026-01-02T00:00:00.000Z' }
    const changed = { ...secretOf('A'), ...change, versions: 2 }
    expect(await catalog.addVersion(tenant, 'A', change)).toEqual(changed)
    expect(await catalog.addVersion(tenant, 'A', { ...change, versionId: 'v3', description: '' })).toEqual({
      ...changed,
      versionId: 'v3',
      versions: 3,
      description: '',
    })
    expect(await catalog.read(tenant, 'A')).toMatchObject({ versionId: 'v3', versions: 3 })
  })

  it('counts every version when many come at once', async () => {
    await catalog.add(tenant, secretOf('A'))
    const ids = Array.from({ length: 10 }, (_, n) => `w${n}`)
    const change = { secretId: 'id-A', updatedAt: 'later' }
    await Promise.all(ids.map((versionId) => catalog.addVersion(tenant, 'A', { ...change, versionId })))
    expect(await catalog.read(tenant, 'A')).toMatchObject({ versions: 11 })
  })

  it('changes nothing when the name has come to mean another secret, or none', async () => {
    const change = { secretId: 'old', versionId: 'v2', updatedAt: 'later' }
    expect(await catalog.addVersion(tenant, 'A', change)).toBeUndefined()
    await catalog.add(tenant, secretOf('A'))
    expect(await catalog.addVersion(tenant, 'A', change)).toBeUndefined()
    expect(await catalog.read(tenant, 'A')).toEqual(secretOf('A'))
  })

  it('gives what it removes, once', async () => {
    await catalog.add(tenant, secretOf('A'))
    expect(await catalog.remove(tenant, 'A', 0)).toEqual(secretOf('A'))
    expect(await catalog.remove(tenant, 'A', 0)).toBeUndefined()
    expect(await catalog.read(tenant, 'A')).toBeUndefined()
  })

  it('pages through secrets alone, in order of name', async () => {
    const rows = ['ACCOUNT', 'JOB#01', 'SECRET', 'SECRETS#Z']
    for (const sk of rows) {
      await table.client.send(new PutCommand({ TableName: table.tableName, Item: { pk: `T#${tenant}`, sk } }))
    }
    for (const name of ['C', 'A', 'B']) await catalog.add(tenant, secretOf(name))
    expect(await catalog.page(tenant, { limit: 2 })).toEqual({ secrets: [secretOf('A'), secretOf('B')], more: true })
    expect(await catalog.page(tenant, { limit: 2, after: 'B' })).toEqual({ secrets: [secretOf('C')], more: false })
    expect(await catalog.page(tenant, { limit: 3 })).toMatchObject({ more: false })
    expect(await catalog.count(tenant)).toBe(3)
  })

  it('goes on behind a name that was deleted meanwhile', async () => {
    for (const name of ['A', 'B', 'C']) await catalog.add(tenant, secretOf(name))
    await catalog.remove(tenant, 'B', 0)
    expect((await catalog.page(tenant, { limit: 5, after: 'B' })).secrets).toEqual([secretOf('C')])
  })

  it('rejects a row that is not a secret', async () => {
    const Item = { pk: `T#${tenant}`, sk: 'SECRET#A', secretId: 5 }
    await table.client.send(new PutCommand({ TableName: table.tableName, Item }))
    await expect(catalog.read(tenant, 'A')).rejects.toThrow('secretId')
  })
})
