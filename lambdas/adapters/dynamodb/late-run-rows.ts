import * as z from 'zod/mini'
import type { LateRun } from '../../ports/figures-store.ts'
import { shardOf, shards } from './job-keys.ts'
import { queryPages } from './query-pages.ts'
import type { Table } from './table.ts'
import { writeIf } from './write-if.ts'

/** Late runs of all tenants, where the counting finds them without asking for each tenant. */
const PREFIX = 'LATE#'

const LateRow = z.object({ tenant: z.string(), runId: z.string(), notedAt: z.number() })

export const lateRunKey = ({ tenant, runId }: Pick<LateRun, 'tenant' | 'runId'>) =>
  ({ pk: `${PREFIX}${shardOf(tenant)}`, sk: `${tenant}#${runId}` }) as const

/** Nothing counts a run that was noted so long ago, in seconds: the row goes by time to live, should all else fail. */
const KEPT_SECONDS = 30 * 86_400

export async function putLateRun({ client, name }: Table, { tenant, runId, notedAt }: LateRun): Promise<void> {
  const expiresAt = Math.floor(notedAt / 1000) + KEPT_SECONDS
  await client.put({ TableName: name, Item: { ...lateRunKey({ tenant, runId }), tenant, runId, notedAt, expiresAt } })
}

export async function removeLateRun({ client, name }: Table, { tenant, runId, notedAt }: LateRun): Promise<void> {
  await writeIf(
    client.delete({
      TableName: name,
      Key: lateRunKey({ tenant, runId }),
      ConditionExpression: 'notedAt = :notedAt',
      ExpressionAttributeValues: { ':notedAt': notedAt },
    }),
  )
}

async function* query({ client, name }: Table, shard: number, tenant?: string): AsyncGenerator<LateRun> {
  const pages = queryPages(client, {
    TableName: name,
    KeyConditionExpression: tenant === undefined ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :tenant)',
    ExpressionAttributeValues: {
      ':pk': `${PREFIX}${shard}`,
      ...(tenant === undefined ? {} : { ':tenant': `${tenant}#` }),
    },
    ConsistentRead: true,
  })
  for await (const { Items = [] } of pages) yield* Items.map((item) => LateRow.parse(item))
}

export const lateRunsOf = (table: Table, tenant: string): AsyncIterable<LateRun> =>
  query(table, shardOf(tenant), tenant)

export async function* everyLateRun(table: Table): AsyncGenerator<LateRun> {
  for (const shard of shards()) yield* query(table, shard)
}
