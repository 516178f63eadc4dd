import * as z from 'zod/mini'
import type { LooseValue } from '../../ports/secret-catalog.ts'
import { queryPages } from './query-pages.ts'
import type { Table } from './table.ts'

/** One partition of all tenants: it is empty but for what is being done, and what broke off. */
const LOOSE = 'LOOSE_VALUES'

const LooseRow = z.object({ tenant: z.string(), secretId: z.string(), since: z.number() })

type Value = Pick<LooseValue, 'tenant' | 'secretId'>

const keyOf = ({ tenant, secretId }: Value) => ({ pk: LOOSE, sk: `${tenant}#${secretId}` })

/** Notes a value as loose. */
export const looseValuePut = ({ name }: Table, { tenant, secretId, since }: LooseValue) => ({
  TableName: name,
  Item: { ...keyOf({ tenant, secretId }), tenant, secretId, since },
})

/** Strikes the note. */
export const looseValueDelete = ({ name }: Table, value: Value) => ({ TableName: name, Key: keyOf(value) })

export async function announceValue(table: Table, value: LooseValue): Promise<void> {
  await table.client.put(looseValuePut(table, value))
}

export async function forgetValue(table: Table, value: Value): Promise<void> {
  await table.client.delete(looseValueDelete(table, value))
}

export async function* looseValues({ client, name }: Table): AsyncGenerator<LooseValue> {
  const query = {
    TableName: name,
    KeyConditionExpression: 'pk = :loose',
    ExpressionAttributeValues: { ':loose': LOOSE },
  }
  for await (const { Items = [] } of queryPages(client, query)) {
    for (const item of Items) yield LooseRow.parse(item)
  }
}
