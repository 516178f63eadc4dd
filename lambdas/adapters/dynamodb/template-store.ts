import * as z from 'zod'
import type { NewAuditEntry } from '../../domain/audit/audit-entry.ts'
import { Template } from '../../domain/template/template.ts'
import type { TemplateStore } from '../../ports/template-store.ts'
import { auditPuts } from './audit-rows.ts'
import type { Table } from './table.ts'
import { TenantRows } from './tenant-rows.ts'
import { transact } from './transact.ts'

/** One text: a template is read and written whole, and nobody asks for a part of it. */
const TemplateRow = z.object({ template: z.string() })

const rows = new TenantRows('TEMPLATE#')

const parse = (row: unknown): Template => Template.parse(JSON.parse(TemplateRow.parse(row).template))

async function readRow(table: Table, tenant: string, id: string): Promise<z.output<typeof TemplateRow> | undefined> {
  const row = await rows.read(table, tenant, id)
  return row === undefined ? undefined : TemplateRow.parse(row)
}

async function put(
  table: Table,
  tenant: string,
  template: Template,
  ConditionExpression: string,
  audit: NewAuditEntry | undefined,
): Promise<boolean> {
  const Item = { ...rows.keyOf(tenant, template.id), template: JSON.stringify(template) }
  const write = { Put: { TableName: table.name, Item, ConditionExpression } }
  return (await transact(table, [write, ...auditPuts(table, audit)])) === undefined
}

/** Templates as rows in their tenant's partition. */
export const dynamoTemplateStore = (table: Table): TemplateStore => ({
  async read(tenant, id) {
    const row = await readRow(table, tenant, id)
    return row === undefined ? undefined : parse(row)
  },
  async page(tenant, page) {
    const found = await rows.page(table, tenant, page)
    return { templates: found.rows.map(parse), more: found.more }
  },
  count: (tenant) => rows.count(table, tenant),
  async add(tenant, template, audit) {
    if (await put(table, tenant, template, 'attribute_not_exists(pk)', audit)) return true
    // The SDK repeats a write whose answer was lost: then the template that stands in its way is its own.
    return (await readRow(table, tenant, template.id))?.template === JSON.stringify(template)
  },
  replace: (tenant, template, audit) => put(table, tenant, template, 'attribute_exists(pk)', audit),
  async remove(tenant, id, audit) {
    // Who repeats it has nothing to tell of.
    const ConditionExpression = 'attribute_exists(pk)'
    const removal = { TableName: table.name, Key: rows.keyOf(tenant, id), ConditionExpression }
    await transact(table, [{ Delete: removal }, ...auditPuts(table, audit)])
  },
})
