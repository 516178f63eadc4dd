import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb'
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { Secret } from '../../domain/secret/secret.ts'
import type { SecretCatalog } from '../../ports/secret-catalog.ts'
import type { Table } from './table.ts'

const SecretRow = z.object({
  name: z.string(),
  secretId: z.string(),
  versionId: z.string(),
  versions: z.int().positive(),
  description: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
})

const PREFIX = 'SECRET#'

const keyOf = (tenant: string, name: string) => ({ pk: `T#${tenant}`, sk: `${PREFIX}${name}` })

const parse = (row: unknown): Secret | undefined => (row === undefined ? undefined : SecretRow.parse(row))

/** Runs a conditional write; undefined when its condition did not hold. */
async function unlessConditionFails<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined
    throw error
  }
}

/** A tenant's secrets, of one kind of row in its partition. */
const allOf = (table: Table, tenant: string) =>
  ({
    TableName: table.name,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': `T#${tenant}`, ':prefix': PREFIX },
    ConsistentRead: true,
  }) as const

async function count(table: Table, tenant: string): Promise<number> {
  let total = 0
  let from: Record<string, unknown> | undefined
  do {
    const query = new QueryCommand({ ...allOf(table, tenant), Select: 'COUNT', ExclusiveStartKey: from })
    const { Count = 0, LastEvaluatedKey } = await table.client.send(query)
    total += Count
    from = LastEvaluatedKey
  } while (from)
  return total
}

async function page(
  table: Table,
  tenant: string,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): ReturnType<SecretCatalog['page']> {
  // One more than asked for tells whether there is another page, so that no page comes out empty.
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      ...allOf(table, tenant),
      Limit: limit + 1,
      ExclusiveStartKey: after === undefined ? undefined : keyOf(tenant, after),
    }),
  )
  const secrets = Items.slice(0, limit).map((row) => SecretRow.parse(row))
  return { secrets, more: Items.length > limit }
}

async function read(table: Table, tenant: string, name: string): Promise<Secret | undefined> {
  const get = new GetCommand({ TableName: table.name, Key: keyOf(tenant, name), ConsistentRead: true })
  return parse((await table.client.send(get)).Item)
}

async function add(table: Table, tenant: string, secret: Secret): Promise<boolean> {
  const put = new PutCommand({
    TableName: table.name,
    Item: { ...keyOf(tenant, secret.name), ...secret },
    ConditionExpression: 'attribute_not_exists(pk)',
  })
  if (await unlessConditionFails(table.client.send(put))) return true
  // The SDK repeats a write whose answer was lost: then the name that stands in its way is its own.
  return (await read(table, tenant, secret.name))?.secretId === secret.secretId
}

async function addVersion(
  table: Table,
  tenant: string,
  name: string,
  { secretId, versionId, description, updatedAt }: Parameters<SecretCatalog['addVersion']>[2],
): Promise<Secret | undefined> {
  const described = description !== undefined
  const update = new UpdateCommand({
    TableName: table.name,
    Key: keyOf(tenant, name),
    ConditionExpression: 'secretId = :secretId AND versionId <> :versionId',
    UpdateExpression: `SET versionId = :versionId, updatedAt = :updatedAt${described ? ', description = :description' : ''} ADD versions :one`,
    ExpressionAttributeValues: {
      ':secretId': secretId,
      ':versionId': versionId,
      ':updatedAt': updatedAt,
      ':one': 1,
      ':description': description,
    },
    ReturnValues: 'ALL_NEW',
  })
  const updated = await unlessConditionFails(table.client.send(update))
  if (updated) return parse(updated.Attributes)
  // As above: it may have been done, and its answer lost.
  const found = await read(table, tenant, name)
  return found?.secretId === secretId && found.versionId === versionId ? found : undefined
}

/** Secrets without their values, as rows in their tenant's partition. */
export const dynamoSecretCatalog = (table: Table): SecretCatalog => ({
  read: (tenant, name) => read(table, tenant, name),
  page: (tenant, options) => page(table, tenant, options),
  count: (tenant) => count(table, tenant),
  add: (tenant, secret) => add(table, tenant, secret),
  addVersion: (tenant, name, change) => addVersion(table, tenant, name, change),
  async remove(tenant, name) {
    const remove = new DeleteCommand({ TableName: table.name, Key: keyOf(tenant, name), ReturnValues: 'ALL_OLD' })
    return parse((await table.client.send(remove)).Attributes)
  },
})
