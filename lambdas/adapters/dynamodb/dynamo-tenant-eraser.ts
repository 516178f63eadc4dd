import * as z from 'zod'
import type { TenantEraser } from '../../ports/tenant-eraser.ts'
import { accountKey } from './account-store.ts'
import { figuresKey } from './figure-rows.ts'
import { BY_TENANT, runsOfTenantKey, tasksOfTenantKey } from './job-keys.ts'
import { lateRunKey, lateRunsOf } from './late-run-rows.ts'
import { unfinishedPlanKey } from './plan-store.ts'
import { queryPages } from './query-pages.ts'
import { tenantRequestsKey } from './request-counter.ts'
import { sessionEndKey } from './session-ends.ts'
import type { Table } from './table.ts'

/** Items read, and deleted, at a time. */
const ITEMS_A_PAGE = 100
/** Deletions at a time. */
const AT_ONCE = 25

const KeyRow = z.object({ pk: z.string(), sk: z.string() })
type Key = z.infer<typeof KeyRow>

async function erase({ client, name: TableName }: Table, keys: readonly Key[]): Promise<void> {
  for (let from = 0; from < keys.length; from += AT_ONCE) {
    const turn = keys.slice(from, from + AT_ONCE)
    await Promise.all(turn.map(({ pk, sk }) => client.delete({ TableName, Key: { pk, sk } })))
  }
}

async function eraseRuns(table: Table, tenant: string): Promise<number> {
  const { Items = [] } = await table.client.query({
    TableName: table.name,
    IndexName: BY_TENANT,
    KeyConditionExpression: 'tenantPk = :runs',
    ExpressionAttributeValues: { ':runs': runsOfTenantKey(tenant) },
    Limit: ITEMS_A_PAGE,
  })
  const keys = Items.map((item) => KeyRow.parse(item))
  await erase(table, keys)
  return keys.length
}

/** @param kept the sort key of a row that stays. */
async function erasePartition(table: Table, partition: string, kept: string | undefined): Promise<void> {
  for (;;) {
    const { Items = [] } = await table.client.query({
      TableName: table.name,
      KeyConditionExpression: 'pk = :partition',
      ExpressionAttributeValues: { ':partition': partition },
      ConsistentRead: true,
      Limit: ITEMS_A_PAGE,
    })
    const keys = Items.map((item) => KeyRow.parse(item)).filter(({ sk }) => sk !== kept)
    if (keys.length === 0) return
    await erase(table, keys)
  }
}

/** A request's own row is what it is found by: it goes last. */
async function eraseTasks(table: Table, tenant: string): Promise<void> {
  const pages = queryPages(table.client, {
    TableName: table.name,
    IndexName: BY_TENANT,
    KeyConditionExpression: 'tenantPk = :tasks',
    ExpressionAttributeValues: { ':tasks': tasksOfTenantKey(tenant) },
    Limit: ITEMS_A_PAGE,
  })
  for await (const { Items = [] } of pages) {
    const keys = Items.map((item) => KeyRow.parse(item))
    for (const { pk, sk } of keys) await erasePartition(table, pk, sk)
    await erase(table, keys)
  }
}

/** Deletes a tenant's rows. Runs and bulk requests are found by the index, everything else under the tenant's own key. */
export const dynamoTenantEraser = (table: Table): TenantEraser => ({
  eraseRuns: (tenant) => eraseRuns(table, tenant),
  async eraseRest(tenant) {
    const { pk, sk } = accountKey(tenant)
    await erasePartition(table, pk, sk)
    // Figures of runs are their tenant's; those of the whole service are nobody's.
    await erasePartition(table, figuresKey({ tenant }), undefined)
    await eraseTasks(table, tenant)
    await erase(table, (await Array.fromAsync(lateRunsOf(table, tenant))).map(lateRunKey))
  },
  async eraseAccount(tenant) {
    const keysOf = [accountKey, unfinishedPlanKey, tenantRequestsKey, sessionEndKey]
    await erase(
      table,
      keysOf.map((keyOf) => keyOf(tenant)),
    )
  },
})
