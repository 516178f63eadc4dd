import { randomBytes } from 'node:crypto'
import { QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { ulid } from 'ulid'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamoApiKeyStore } from '../../../lambdas/adapters/dynamodb/api-key-store.ts'
import { type ApiKey, prefixOf, writeKey } from '../../../lambdas/domain/account/api-key.ts'
import type { ApiKeyStore } from '../../../lambdas/ports/api-key-store.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'

const AT = Date.parse('2027-01-31T08:00:00Z')

describe('dynamoApiKeyStore', () => {
  let table: StartedTable
  let store: ApiKeyStore
  beforeAll(async () => {
    table = await startTable()
    store = dynamoApiKeyStore({ client: table.client, name: table.tableName })
  })
  afterAll(() => table.stop())

  let made = 0
  async function add(tenant: string, fields: Partial<ApiKey> = {}): Promise<{ key: ApiKey; text: string }> {
    const text = writeKey(randomBytes(32))
    const key: ApiKey = {
      id: ulid(AT + made++),
      tenant,
      username: `user of ${tenant}`,
      name: 'Deploy',
      scopes: ['read', 'run'],
      prefix: prefixOf(text),
      createdAt: '2027-01-31T08:00:00.000Z',
      expiresAt: null,
      lastUsedAt: null,
      ...fields,
    }
    await store.add(key, text)
    return { key, text }
  }
  const list = async (tenant: string) => (await store.page(tenant, { limit: 100 })).keys

  it('finds a key by its text, and lists it to its tenant', async () => {
    const { key, text } = await add('ada')
    expect(await store.find(text)).toEqual(key)
    expect(await list('ada')).toEqual([key])
    expect(await store.count('ada')).toBe(1)
    expect(await list('bob')).toEqual([])
    expect(await store.count('bob')).toBe(0)
    expect(await store.find(writeKey(randomBytes(32)))).toBeUndefined()
  })

  it('keeps nothing of which the key could be made', async () => {
    const { text } = await add('secretive')
    const { Items } = await table.client.send(new ScanCommand({ TableName: table.tableName }))
    const stored = JSON.stringify(Items)
    expect(stored).toContain(prefixOf(text))
    expect(stored).not.toContain(text.slice(prefixOf(text).length))
    expect(stored).not.toContain(text.slice(3, 20))
  })

  it('lists page by page, oldest first', async () => {
    const ids: string[] = []
    for (let n = 0; n < 5; n++) ids.push((await add('many')).key.id)
    const first = await store.page('many', { limit: 3 })
    const second = await store.page('many', { after: ids[2], limit: 3 })
    expect([first.keys.map(({ id }) => id), first.more]).toEqual([ids.slice(0, 3), true])
    expect([second.keys.map(({ id }) => id), second.more]).toEqual([ids.slice(3), false])
  })

  it('removes a key whole, once, and only for its tenant', async () => {
    const { key, text } = await add('leaving')
    expect(await store.remove('bob', key.id)).toBe(false)
    expect(await store.find(text)).toEqual(key)
    expect(await store.remove('leaving', key.id)).toBe(true)
    expect(await store.remove('leaving', key.id)).toBe(false)
    expect(await store.find(text)).toBeUndefined()
    expect(await list('leaving')).toEqual([])
  })

  it('remembers the latest use', async () => {
    const { key, text } = await add('used')
    const uses = [AT, AT + 2000, AT + 1000]
    for (const use of uses) await store.markUsed(text, use)
    const expected = { ...key, lastUsedAt: '2027-01-31T08:00:02.000Z' }
    expect(await store.find(text)).toEqual(expected)
    expect(await list('used')).toEqual([expected])
  })

  it('does not bring a removed key back by its use', async () => {
    const { key, text } = await add('gone')
    await store.remove('gone', key.id)
    await store.markUsed(text, AT)
    expect(await store.find(text)).toBeUndefined()
  })

  it('leaves an expired key listed for 30 days, by time to live; others for ever', async () => {
    const expiresAt = '2027-02-01T00:00:00Z'
    await add('expiring', { expiresAt })
    await add('lasting')
    const entries = async (tenant: string) =>
      (
        await table.client.send(
          new QueryCommand({
            TableName: table.tableName,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': `T#${tenant}` },
          }),
        )
      ).Items
    expect((await list('expiring'))[0]?.expiresAt).toBe(expiresAt)
    expect(await entries('expiring')).toMatchObject([{ expiresAt: Date.parse('2027-03-03T00:00:00Z') / 1000 }])
    expect((await entries('lasting'))?.[0]).not.toHaveProperty('expiresAt')
  })
})
