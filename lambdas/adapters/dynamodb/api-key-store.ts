import { createHash } from 'node:crypto'
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { GetCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { type ApiKey, Scope } from '../../domain/account/api-key.ts'
import type { ApiKeyStore } from '../../ports/api-key-store.ts'
import { batchRead } from './batch-read.ts'
import type { Table } from './table.ts'

/** How long an expired key is still listed before time to live takes it away, in seconds. */
const LISTED_AFTER_EXPIRY_SECONDS = 30 * 86_400

/** The key as whoever presents it is looked up. `expiresAt` is the table's time to live, so the key's own is elsewhere. */
const KeyRow = z.object({
  pk: z.string(),
  keyId: z.string(),
  tenant: z.string(),
  username: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
  prefix: z.string(),
  createdAt: z.string(),
  validUntil: z.string().nullable(),
  lastUsedAt: z.string().nullable().default(null),
})

/** A tenant's own entry for a key: where the key's row is. */
const EntryRow = z.object({ sk: z.string(), keyPk: z.string() })

const ENTRY_PREFIX = 'KEY#'
const SORT_KEY = 'KEY'

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

const keyOf = (text: string) => ({ pk: `KEY#${hashOf(text)}`, sk: SORT_KEY })
const entryOf = (tenant: string, id: string) => ({ pk: `T#${tenant}`, sk: `${ENTRY_PREFIX}${id}` })

function parse(item: unknown): ApiKey {
  const { pk, keyId, validUntil, ...row } = KeyRow.parse(item)
  return { ...row, id: keyId, expiresAt: validUntil }
}

const timeToLive = ({ expiresAt }: ApiKey) =>
  expiresAt === null ? {} : { expiresAt: Math.floor(Date.parse(expiresAt) / 1000) + LISTED_AFTER_EXPIRY_SECONDS }

async function add({ client, name: TableName }: Table, key: ApiKey, text: string): Promise<void> {
  const { id, expiresAt, lastUsedAt: _never, ...row } = key
  const own = keyOf(text)
  const ConditionExpression = 'attribute_not_exists(pk)'
  const keyItem = { ...own, ...row, keyId: id, validUntil: expiresAt, ...timeToLive(key) }
  const entryItem = { ...entryOf(key.tenant, id), keyPk: own.pk, ...timeToLive(key) }
  await client.send(
    new TransactWriteCommand({
      TransactItems: [keyItem, entryItem].map((Item) => ({ Put: { TableName, Item, ConditionExpression } })),
    }),
  )
}

/** A tenant's entries, in order of the ids, which is the order of their making. */
const entriesOf = (table: Table, tenant: string) =>
  ({
    TableName: table.name,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': `T#${tenant}`, ':prefix': ENTRY_PREFIX },
    ConsistentRead: true,
  }) as const

async function page(
  table: Table,
  tenant: string,
  { after, limit }: Parameters<ApiKeyStore['page']>[1],
): ReturnType<ApiKeyStore['page']> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      ...entriesOf(table, tenant),
      Limit: limit + 1,
      ExclusiveStartKey: after === undefined ? undefined : entryOf(tenant, after),
    }),
  )
  const entries = Items.slice(0, limit).map((item) => EntryRow.parse(item))
  const rows = await batchRead(
    table,
    entries.map(({ keyPk }) => ({ pk: keyPk, sk: SORT_KEY })),
  )
  const keys = rows.map(parse).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return { keys, more: Items.length > limit }
}

async function remove({ client, name: TableName }: Table, tenant: string, id: string): Promise<boolean> {
  const Key = entryOf(tenant, id)
  const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))
  if (Item === undefined) return false
  const keys = [Key, { pk: EntryRow.parse(Item).keyPk, sk: SORT_KEY }]
  await client.send(new TransactWriteCommand({ TransactItems: keys.map((Key) => ({ Delete: { TableName, Key } })) }))
  return true
}

async function markUsed({ client, name }: Table, text: string, at: number): Promise<void> {
  const update = new UpdateCommand({
    TableName: name,
    Key: keyOf(text),
    UpdateExpression: 'SET lastUsedAt = :at',
    // A key that was revoked meanwhile must not come back as half a row.
    ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(lastUsedAt) OR lastUsedAt < :at)',
    ExpressionAttributeValues: { ':at': new Date(at).toISOString() },
  })
  try {
    await client.send(update)
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
  }
}

/**
 * Keys as two rows each: one under the hash of the key, which one read finds, and an entry in the tenant's partition,
 * which lists it. Both come and go in one transaction.
 */
export const dynamoApiKeyStore = (table: Table): ApiKeyStore => ({
  async find(text) {
    const get = new GetCommand({ TableName: table.name, Key: keyOf(text), ConsistentRead: true })
    const { Item } = await table.client.send(get)
    return Item === undefined ? undefined : parse(Item)
  },
  add: (key, text) => add(table, key, text),
  page: (tenant, options) => page(table, tenant, options),
  async count(tenant) {
    // A tenant has so few keys that their entries are always one page.
    const { Count = 0 } = await table.client.send(new QueryCommand({ ...entriesOf(table, tenant), Select: 'COUNT' }))
    return Count
  },
  remove: (tenant, id) => remove(table, tenant, id),
  markUsed: (text, at) => markUsed(table, text, at),
})
