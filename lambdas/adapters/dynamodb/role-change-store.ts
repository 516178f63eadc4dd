import * as z from 'zod'
import type { RoleChangeStore, RoleChanges } from '../../ports/role-changes.ts'
import { auditPuts } from './audit-rows.ts'
import type { Table } from './table.ts'
import { transact } from './transact.ts'

const Row = z.object({ rev: z.int(), removed: z.record(z.string(), z.number()) })

const key = { pk: 'SERVICE', sk: 'ROLES' } as const

/** The changes as an item of a transaction, on condition that nobody has written others. */
export const roleChangesPut = ({ name: TableName }: Table, { rev, removed }: RoleChanges) => ({
  Put: {
    TableName,
    Item: { ...key, rev, removed },
    ...(rev === 1
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : { ConditionExpression: 'rev = :before', ExpressionAttributeValues: { ':before': rev - 1 } }),
  },
})

/** One row for the whole service. */
export const dynamoRoleChangeStore = (table: Table): RoleChangeStore => ({
  async read() {
    const { Item } = await table.client.get({ TableName: table.name, Key: key, ConsistentRead: true })
    return Item === undefined ? { rev: 0, removed: {} } : Row.parse(Item)
  },
  save: async (changes, audit) =>
    (await transact(table, [roleChangesPut(table, changes), ...auditPuts(table, audit)])) === undefined,
})
