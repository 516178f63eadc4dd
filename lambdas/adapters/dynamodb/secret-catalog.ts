import * as z from 'zod/mini'
import type { NewAuditEntry } from '../../domain/audit/audit-entry.ts'
import type { Secret } from '../../domain/secret/secret.ts'
import type { SecretCatalog } from '../../ports/secret-catalog.ts'
import { auditPuts } from './audit-rows.ts'
import { announceValue, forgetValue, looseValueDelete, looseValuePut, looseValues } from './loose-values.ts'
import type { Table } from './table.ts'
import { TenantRows } from './tenant-rows.ts'
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

const rows = new TenantRows('SECRET#')

const parse = (row: unknown): Secret | undefined => (row === undefined ? undefined : SecretRow.parse(row))

async function read(table: Table, tenant: string, name: string): Promise<Secret | undefined> {
  return parse(await rows.read(table, tenant, name))
}

async function add(table: Table, tenant: string, secret: Secret, audit: NewAuditEntry | undefined): Promise<boolean> {
  const put = {
    TableName: table.name,
    Item: { ...rows.keyOf(tenant, secret.name), ...secret },
    ConditionExpression: 'attribute_not_exists(pk)',
  }
  const settled = { Delete: looseValueDelete(table, { tenant, secretId: secret.secretId }) }
  if ((await transact(table, [{ Put: put }, settled, ...auditPuts(table, audit)])) === undefined) return true
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
    Key: rows.keyOf(tenant, name),
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

async function remove(
  table: Table,
  tenant: string,
  name: string,
  since: number,
  audit: NewAuditEntry | undefined,
): Promise<Secret | undefined> {
  const secret = await read(table, tenant, name)
  if (!secret) return undefined
  const removal = {
    TableName: table.name,
    Key: rows.keyOf(tenant, name),
    ConditionExpression: 'secretId = :secretId',
    ExpressionAttributeValues: { ':secretId': secret.secretId },
  }
  const note = { Put: looseValuePut(table, { tenant, secretId: secret.secretId, since }) }
  const failed = await transact(table, [{ Delete: removal }, note, ...auditPuts(table, audit)])
  return failed === undefined ? secret : undefined
}

/** Secrets without their values, as rows in their tenant's partition. */
export const dynamoSecretCatalog = (table: Table): SecretCatalog => ({
  read: (tenant, name) => read(table, tenant, name),
  async page(tenant, page) {
    const found = await rows.page(table, tenant, page)
    return { secrets: found.rows.map((row) => SecretRow.parse(row)), more: found.more }
  },
  count: (tenant) => rows.count(table, tenant),
  add: (tenant, secret, audit) => add(table, tenant, secret, audit),
  addVersion: (tenant, name, change, audit) => addVersion(table, tenant, name, change, audit),
  remove: (tenant, name, at, audit) => remove(table, tenant, name, at, audit),
  announce: (value) => announceValue(table, value),
  loose: () => looseValues(table),
  forget: (value) => forgetValue(table, value),
})
