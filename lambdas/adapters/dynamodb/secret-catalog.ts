import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod/mini'
import type { NewAuditEntry } from '../../domain/audit/audit-entry.ts'
import type { Secret } from '../../domain/secret/secret.ts'
import type { SecretCatalog } from '../../ports/secret-catalog.ts'
import { auditPuts } from './audit-rows.ts'
import type { Table } from './table.ts'
import { transact } from './transact.ts'

const SecretRow = z.object({
  name: z.string(),
  secretId: z.string(),
  versionId: z.string(),
  versions: z.int().check(z.positive()),
  description: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
})

const PREFIX = 'SECRET#'

const keyOf = (tenant: string, name: string) => ({ pk: `T#${tenant}`, sk: `${PREFIX}${name}` })

const parse = (row: unknown): Secret | undefined => (row === undefined ? undefined : SecretRow.parse(row))

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

async function add(table: Table, tenant: string, secret: Secret, audit: NewAuditEntry | undefined): Promise<boolean> {
  const put = {
    TableName: table.name,
    Item: { ...keyOf(tenant, secret.name), ...secret },
    ConditionExpression: 'attribute_not_exists(pk)',
  }
  if ((await transact(table, [{ Put: put }, ...auditPuts(table, audit)])) === undefined) return true
  // The SDK repeats a write whose answer was lost: then the name that stands in its way is its own.
  return (await read(table, tenant, secret.name))?.secretId === secret.secretId
}

async function addVersion(
  table: Table,
  tenant: string,
  name: string,
  { secretId, versionId, description, updatedAt }: Parameters<SecretCatalog['addVersion']>[2],
  audit: NewAuditEntry | undefined,
): Promise<Secret | undefined> {
  const described = description !== undefined
  const update = {
    TableName: table.name,
    Key: keyOf(tenant, name),
    ConditionExpression: 'secretId = :secretId AND versionId <> :versionId',
    UpdateExpression: `SET versionId = :versionId, updatedAt = :updatedAt${described ? ', description = :description' : ''} ADD versions :one`,
    ExpressionAttributeValues: {
      ':secretId': secretId,
      ':versionId': versionId,
      ':updatedAt': updatedAt,
      ':one': 1,
      ...(described ? { ':description': description } : {}),
    },
  }
  const failed = await transact(table, [{ Update: update }, ...auditPuts(table, audit)])
  // A transaction does not tell what it has written; as above, it may have been done, and its answer lost.
  const found = await read(table, tenant, name)
  if (failed === undefined) return found
  return found?.secretId === secretId && found.versionId === versionId ? found : undefined
}

async function remove(table: Table, tenant: string, name: string, audit: NewAuditEntry | undefined) {
  const secret = await read(table, tenant, name)
  if (!secret) return undefined
  const removal = {
    TableName: table.name,
    Key: keyOf(tenant, name),
    ConditionExpression: 'secretId = :secretId',
    ExpressionAttributeValues: { ':secretId': secret.secretId },
  }
  const failed = await transact(table, [{ Delete: removal }, ...auditPuts(table, audit)])
  return failed === undefined ? secret : undefined
}

/** Secrets without their values, as rows in their tenant's partition. */
export const dynamoSecretCatalog = (table: Table): SecretCatalog => ({
  read: (tenant, name) => read(table, tenant, name),
  page: (tenant, options) => page(table, tenant, options),
  count: (tenant) => count(table, tenant),
  add: (tenant, secret, audit) => add(table, tenant, secret, audit),
  addVersion: (tenant, name, change, audit) => addVersion(table, tenant, name, change, audit),
  remove: (tenant, name, audit) => remove(table, tenant, name, audit),
})
