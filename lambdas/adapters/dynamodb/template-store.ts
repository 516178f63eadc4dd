import { GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { NewAuditEntry } from '../../domain/audit/audit-entry.ts'
import { Template } from '../../domain/template/template.ts'
import type { TemplateStore } from '../../ports/template-store.ts'
import { auditPuts } from './audit-rows.ts'
import type { Table } from './table.ts'
import { transact } from './transact.ts'

/** One text: a template is read and written whole, and nobody asks for a part of it. */
const TemplateRow = z.object({ template: z.string() })

const PREFIX = 'TEMPLATE#'

const keyOf = (tenant: string, id: string) => ({ pk: `T#${tenant}`, sk: `${PREFIX}${id}` })

const parse = (row: unknown): Template => Template.parse(JSON.parse(TemplateRow.parse(row).template))

async function readRow(table: Table, tenant: string, id: string): Promise<z.output<typeof TemplateRow> | undefined> {
  const get = new GetCommand({ TableName: table.name, Key: keyOf(tenant, id), ConsistentRead: true })
  const { Item } = await table.client.send(get)
  return Item === undefined ? undefined : TemplateRow.parse(Item)
}

async function put(
  table: Table,
  tenant: string,
  template: Template,
  ConditionExpression: string,
  audit: NewAuditEntry | undefined,
): Promise<boolean> {
  const Item = { ...keyOf(tenant, template.id), template: JSON.stringify(template) }
  const write = { Put: { TableName: table.name, Item, ConditionExpression } }
  return (await transact(table, [write, ...auditPuts(table, audit)])) === undefined
}

/** A tenant's templates, of one kind of row in its partition. */
const allOf = (table: Table, tenant: string) =>
  ({
    TableName: table.name,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': `T#${tenant}`, ':prefix': PREFIX },
    ConsistentRead: true,
  }) as const

async function count(table: Table, tenant: string): Promise<number> {
  let total = 0
  const pages = paginateQuery({ client: table.client }, { ...allOf(table, tenant), Select: 'COUNT' })
  for await (const { Count = 0 } of pages) total += Count
  return total
}

/** Rows behind `after`, at most `limit` of them; a page of DynamoDB ends at 1 MB, which may be sooner. */
async function rows(table: Table, tenant: string, { after, limit }: { after: string | undefined; limit: number }) {
  const found: unknown[] = []
  const pages = paginateQuery(
    { client: table.client, pageSize: limit },
    { ...allOf(table, tenant), ExclusiveStartKey: after === undefined ? undefined : keyOf(tenant, after) },
  )
  for await (const { Items = [] } of pages) {
    found.push(...Items)
    if (found.length >= limit) break
  }
  return found.slice(0, limit)
}

/** Templates as rows in their tenant's partition. */
export const dynamoTemplateStore = (table: Table): TemplateStore => ({
  async read(tenant, id) {
    const row = await readRow(table, tenant, id)
    return row === undefined ? undefined : parse(row)
  },
  async page(tenant, { after, limit }) {
    const found = await rows(table, tenant, { after, limit: limit + 1 })
    return { templates: found.slice(0, limit).map(parse), more: found.length > limit }
  },
  count: (tenant) => count(table, tenant),
  async add(tenant, template, audit) {
    if (await put(table, tenant, template, 'attribute_not_exists(pk)', audit)) return true
    // The SDK repeats a write whose answer was lost: then the template that stands in its way is its own.
    return (await readRow(table, tenant, template.id))?.template === JSON.stringify(template)
  },
  replace: (tenant, template, audit) => put(table, tenant, template, 'attribute_exists(pk)', audit),
  async remove(tenant, id, audit) {
    // Who repeats it has nothing to tell of.
    const ConditionExpression = 'attribute_exists(pk)'
    const removal = { TableName: table.name, Key: keyOf(tenant, id), ConditionExpression }
    await transact(table, [{ Delete: removal }, ...auditPuts(table, audit)])
  },
})
