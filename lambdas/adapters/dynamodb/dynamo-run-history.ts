import * as z from 'zod'
import type { Run } from '../../domain/run/run.ts'
import { runIdFloor } from '../../domain/run/run-id.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Page } from '../../ports/job-store.ts'
import type { RunFilter, RunHistory } from '../../ports/run-history.ts'
import { batchRead } from './batch-read.ts'
import { BY_TENANT, jobKey, runIdOfKey, runKey, runsOfTenantKey } from './job-keys.ts'
import { queryPages } from './query-pages.ts'
import { parseRun } from './rows.ts'
import type { Table } from './table.ts'

/** Pages of the query read at most for one answer: a rare status gives short pages with a cursor, never a long wait. */
const MOST_PAGES = 10

/** Later than every id: ids are digits and upper-case letters. */
const AFTER_ALL = '~'

type Item = Record<string, unknown>

/** One of the two orders that runs are listed in. */
type Order = {
  readonly index?: string
  readonly partition: readonly [name: string, value: string]
  /** The sort key's name, and how it is made from and read as a run's id. */
  readonly sort: string
  readonly toKey: (id: string) => string
  readonly toId: (key: string) => string
}

const ofJobOrder = (tenant: string, jobId: string): Order => ({
  partition: ['pk', jobKey(tenant, jobId)],
  sort: 'sk',
  toKey: runKey,
  toId: runIdOfKey,
})

const ofTenantOrder = (tenant: string): Order => ({
  index: BY_TENANT,
  partition: ['tenantPk', runsOfTenantKey(tenant)],
  sort: 'tenantSk',
  toKey: (id) => id,
  toId: (key) => key,
})

function queryOf(tableName: string, order: Order, filter: RunFilter, before: string) {
  const [partition, value] = order.partition
  const low = filter.from === undefined ? '0' : runIdFloor(filter.from)
  return {
    TableName: tableName,
    ...(order.index === undefined ? {} : { IndexName: order.index }),
    KeyConditionExpression: `${partition} = :partition AND ${order.sort} BETWEEN :low AND :high`,
    ...(filter.status === undefined
      ? {}
      : { FilterExpression: '#status = :status', ExpressionAttributeNames: { '#status': 'status' } }),
    ExpressionAttributeValues: {
      ':partition': value,
      ':low': order.toKey(low < before ? low : before),
      ':high': order.toKey(before),
      ...(filter.status === undefined ? {} : { ':status': filter.status }),
    },
    ScanIndexForward: false,
  }
}

/** The id that a page ends before: where the last one ended, or the end of the range asked for. */
function upperBound(filter: RunFilter, after: string | undefined): string {
  const to = filter.to === undefined ? AFTER_ALL : runIdFloor(filter.to)
  return after !== undefined && after < to ? after : to
}

/** Index entries of a page, newest first, and the id up to which there may be more. */
type Found = { readonly shown: readonly Item[]; readonly next: string | undefined }

async function find(
  table: Table,
  order: Order,
  filter: RunFilter,
  limit: number,
  after: string | undefined,
): Promise<Found> {
  const before = upperBound(filter, after)
  const idOf = (item: Item | undefined) => (item ? order.toId(String(item[order.sort])) : undefined)
  const found: Item[] = []
  let pagesRead = 0
  let readUpTo: string | undefined
  for await (const page of queryPages(table.client, {
    ...queryOf(table.name, order, filter, before),
    Limit: limit + 2,
  })) {
    found.push(...(page.Items ?? []).filter((item) => idOf(item) !== before))
    readUpTo = idOf(page.LastEvaluatedKey)
    if (found.length > limit || ++pagesRead === MOST_PAGES) break
  }
  const shown = found.slice(0, limit)
  return { shown, next: found.length > limit ? idOf(shown.at(-1)) : readUpTo }
}

/** Where a tenant's runs are recorded, newest first. */
export async function findRunsOfTenant(
  table: Table,
  tenant: string,
  filter: RunFilter,
  limit: number,
  after: string | undefined,
): Promise<Page<RecordKey>> {
  const { shown, next } = await find(table, ofTenantOrder(tenant), filter, limit, after)
  return { items: shown.map((item) => RecordKey.parse(item)), next }
}

/** DynamoDB deletes expired items when it gets to it; readers never see them. */
export const isKept = (run: { readonly expiresAt: number }, now: number): boolean => run.expiresAt > now

export function dynamoRunHistory(table: Table, clock: Clock): RunHistory {
  const kept = (run: Run) => isKept(run, clock())
  return {
    async ofJob(tenant, jobId, filter, limit, after) {
      const { shown, next } = await find(table, ofJobOrder(tenant, jobId), filter, limit, after)
      return { items: shown.map((item) => parseRun(tenant, item)).filter(kept), next }
    },

    async ofTenant(tenant, filter, limit, after) {
      const { items: keys, next } = await findRunsOfTenant(table, tenant, filter, limit, after)
      const records = await batchRead(table, keys)
      const runs = records.map((item) => parseRun(tenant, item)).filter(kept)
      return { items: runs.sort((a, b) => (a.id < b.id ? 1 : -1)), next }
    },
  }
}

const RecordKey = z.object({ pk: z.string(), sk: z.string() })
export type RecordKey = z.infer<typeof RecordKey>
