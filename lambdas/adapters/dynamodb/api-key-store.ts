import { createHash } from 'node:crypto'
import * as z from 'zod'
import { type ApiKey, Scope } from '../../domain/account/api-key.ts'
import type { NewAuditEntry } from '../../domain/audit/audit-entry.ts'
import type { ApiKeyStore } from '../../ports/api-key-store.ts'
import { auditPuts } from './audit-rows.ts'
import { batchRead } from './batch-read.ts'
import { isError } from './is-error.ts'
import type { Table } from './table.ts'
import { TenantRows } from './tenant-rows.ts'
import { transact } from './transact.ts'

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

/** A tenant's entries by the ids of their keys, which is the order of their making. */
const entries = new TenantRows('KEY#')

const SORT_KEY = 'KEY'

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

const keyOf = (text: string) => ({ pk: `KEY#${hashOf(text)}`, sk: SORT_KEY })

function parse(item: unknown): ApiKey {
  const { pk, keyId, validUntil, ...row } = KeyRow.parse(item)
  return { ...row, id: keyId, expiresAt: validUntil }
}

const timeToLive = ({ expiresAt }: ApiKey) =>
  expiresAt === null ? {} : { expiresAt: Math.floor(Date.parse(expiresAt) / 1000) + LISTED_AFTER_EXPIRY_SECONDS }

async function add(table: Table, key: ApiKey, text: string, audit: NewAuditEntry | undefined): Promise<void> {
  const { id, expiresAt, lastUsedAt: _never, ...row } = key
  const own = keyOf(text)
  const ConditionExpression = 'attribute_not_exists(pk)'
  const keyItem = { ...own, ...row, keyId: id, validUntil: expiresAt, ...timeToLive(key) }
  const entryItem = { ...entries.keyOf(key.tenant, id), keyPk: own.pk, ...timeToLive(key) }
  const puts = [keyItem, entryItem].map((Item) => ({ Put: { TableName: table.name, Item, ConditionExpression } }))
  const failed = await transact(table, [...puts, ...auditPuts(table, audit)])
  if (failed !== undefined) throw new Error(`There is already an API key of the id ${id}, or of the same hash.`)
}

/** Where a key's own row is. */
async function keyPkOf(table: Table, tenant: string, id: string): Promise<string | undefined> {
  const entry = await entries.read(table, tenant, id)
  return entry === undefined ? undefined : EntryRow.parse(entry).keyPk
}

async function read(table: Table, tenant: string, id: string): Promise<ApiKey | undefined> {
  const pk = await keyPkOf(table, tenant, id)
  const [item] = pk === undefined ? [] : await batchRead(table, [{ pk, sk: SORT_KEY }])
  return item === undefined ? undefined : parse(item)
}

async function page(
  table: Table,
  tenant: string,
  asked: Parameters<ApiKeyStore['page']>[1],
): ReturnType<ApiKeyStore['page']> {
  const { rows, more } = await entries.page(table, tenant, asked)
  const owners = rows.map((row) => ({ pk: EntryRow.parse(row).keyPk, sk: SORT_KEY }))
  const keys = (await batchRead(table, owners)).map(parse).toSorted((a, b) => (a.id < b.id ? -1 : 1))
  return { keys, more }
}

async function remove(table: Table, tenant: string, id: string, audit: NewAuditEntry | undefined): Promise<boolean> {
  const pk = await keyPkOf(table, tenant, id)
  if (pk === undefined) return false
  const TableName = table.name
  const entry = { TableName, Key: entries.keyOf(tenant, id), ConditionExpression: 'attribute_exists(pk)' }
  const own = { TableName, Key: { pk, sk: SORT_KEY } }
  return (await transact(table, [{ Delete: entry }, { Delete: own }, ...auditPuts(table, audit)])) === undefined
}

async function markUsed({ client, name }: Table, text: string, at: number): Promise<void> {
  const update = {
    TableName: name,
    Key: keyOf(text),
    UpdateExpression: 'SET lastUsedAt = :at',
    // A key that was revoked meanwhile must not come back as half a row.
    ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(lastUsedAt) OR lastUsedAt < :at)',
    ExpressionAttributeValues: { ':at': new Date(at).toISOString() },
  }
  try {
    await client.update(update)
  } catch (error) {
    if (!isError(error, 'ConditionalCheckFailedException')) throw error
  }
}

/**
 * Keys as two rows each: one under the hash of the key, which one read finds, and an entry in the tenant's partition,
 * which lists it. Both come and go in one transaction.
 */
export const dynamoApiKeyStore = (table: Table): ApiKeyStore => ({
  async find(text) {
    const { Item } = await table.client.get({ TableName: table.name, Key: keyOf(text), ConsistentRead: true })
    return Item === undefined ? undefined : parse(Item)
  },
  add: (key, text, audit) => add(table, key, text, audit),
  read: (tenant, id) => read(table, tenant, id),
  page: (tenant, options) => page(table, tenant, options),
  count: (tenant) => entries.count(table, tenant),
  remove: (tenant, id, audit) => remove(table, tenant, id, audit),
  markUsed: (text, at) => markUsed(table, text, at),
})
