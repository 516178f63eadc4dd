import * as z from 'zod'
import { runIdFloor } from '../../domain/run/run-id.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Page } from '../../ports/job-store.ts'
import type { JobCounts, ServiceLists } from '../../ports/service-lists.ts'
import { AccountRow, accountKey } from './account-store.ts'
import { auditOfServiceKey, monthOf } from './audit-rows.ts'
import { batchRead } from './batch-read.ts'
import { readSnapshot } from './dynamo-job-collection.ts'
import { findRunsOfTenant, isKept, type RecordKey } from './dynamo-run-history.ts'
import { dynamoTenantRegistry } from './dynamo-tenant-registry.ts'
import { BY_SWEEP, runIdOfKey, sweepKeys, tenantOfJobKey } from './job-keys.ts'
import { queryPages } from './query-pages.ts'
import { parseRun } from './rows.ts'
import type { Table } from './table.ts'

/** Tenants asked at a time. */
const AT_ONCE = 32

const IndexRow = z.object({ pk: z.string(), sweepSk: z.string() })

type KeyRange = { readonly low: string; readonly high: string }

const sweepQuery = (table: Table, key: string, range?: KeyRange) => ({
  TableName: table.name,
  IndexName: BY_SWEEP,
  KeyConditionExpression: `sweepPk = :key${range ? ' AND sweepSk BETWEEN :low AND :high' : ''}`,
  ExpressionAttributeValues: { ':key': key, ...(range ? { ':low': range.low, ':high': range.high } : {}) },
})

async function forEachTenant<R>(table: Table, ask: (tenant: string) => Promise<R>): Promise<readonly R[]> {
  const tenants = await Array.fromAsync(dynamoTenantRegistry(table).every())
  const answers: R[] = []
  for (let from = 0; from < tenants.length; from += AT_ONCE) {
    answers.push(...(await Promise.all(tenants.slice(from, from + AT_ONCE).map(ask))))
  }
  return answers
}

/** Later than every id: ids are digits and upper-case letters. */
const AFTER_ALL = '~'

/** The shards that jobs are listed in are sorted by id, as is the whole: the newest of all are among the newest of each. */
async function jobs(table: Table, limit: number, after: string | undefined) {
  const high = after ?? AFTER_ALL
  const shards = await Promise.all(
    sweepKeys().map((shard) =>
      table.client.query({
        ...sweepQuery(table, shard, { low: '0', high }),
        ScanIndexForward: false,
        // One to tell whether there is another page, and one because BETWEEN includes its end.
        Limit: limit + 2,
      }),
    ),
  )
  const found = shards
    .flatMap(({ Items = [] }) => Items.map((item) => IndexRow.parse(item)))
    .filter(({ sweepSk }) => sweepSk !== after)
    .sort((a, b) => (a.sweepSk < b.sweepSk ? 1 : -1))
  const shown = found.slice(0, limit)
  const snapshots = await Promise.all(shown.map(({ pk, sweepSk }) => readSnapshot(table, tenantOfJobKey(pk), sweepSk)))
  return {
    items: snapshots.flatMap((snapshot) => (snapshot && snapshot.job.desired !== 'DELETED' ? [snapshot] : [])),
    next: found.length > limit ? shown.at(-1)?.sweepSk : undefined,
  }
}

/**
 * Merges what each tenant was asked for. What is older than the youngest `next` is not shown yet: there may be something
 * between that has not been read.
 */
function merged(pages: readonly Page<RecordKey>[], limit: number): Page<RecordKey> {
  const idOf = ({ sk }: RecordKey) => runIdOfKey(sk)
  const horizon = pages
    .flatMap(({ next }) => next ?? [])
    .sort()
    .at(-1)
  const known = pages
    .flatMap(({ items }) => items)
    .filter((key) => horizon === undefined || idOf(key) >= horizon)
    .sort((a, b) => (idOf(a) < idOf(b) ? 1 : -1))
  const shown = known.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown, next: known.length > limit && last ? idOf(last) : horizon }
}

async function countBetween(table: Table, key: string, from: number, to: number): Promise<number> {
  let count = 0
  // No id is as short as the bounds are: that BETWEEN includes its end does not matter.
  const query = sweepQuery(table, key, { low: runIdFloor(from), high: runIdFloor(to) })
  for await (const page of queryPages(table.client, { ...query, Select: 'COUNT' })) count += page.Count ?? 0
  return count
}

/** From what each account counts, half a read unit a tenant, however many jobs there are. */
async function jobCounts(table: Table): Promise<JobCounts> {
  const tenants = await Array.fromAsync(dynamoTenantRegistry(table).every())
  const rows = await batchRead(table, tenants.map(accountKey), { isConsistent: false })
  const accounts = rows.map((row) => AccountRow.parse(row))
  const sum = (countOf: (account: (typeof accounts)[number]) => number) =>
    accounts.reduce((total, account) => total + countOf(account), 0)
  return {
    ACTIVE: sum(({ activeJobs }) => activeJobs),
    PAUSED: sum(({ jobs, activeJobs, completedJobs }) => jobs - activeJobs - completedJobs),
    COMPLETED: sum(({ completedJobs }) => completedJobs),
  }
}

/** The months of UTC that have an instant of `from <= instant < to`. */
function monthsOf(from: number, to: number): readonly string[] {
  const months: string[] = []
  for (let at = from; at < to; at = Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth() + 1)) {
    months.push(monthOf(at))
  }
  return months
}

async function countIn(table: Table, keys: readonly string[], from: number, to: number): Promise<number> {
  const counts = await Promise.all(keys.map((key) => countBetween(table, key, from, to)))
  return counts.reduce((total, count) => total + count, 0)
}

/**
 * Read from the indexes: nothing is written for it but an entry for each tenant. Runs are asked for tenant by tenant, half a read
 * unit each, because an entry of the service's own for each run would cost every run a write.
 */
export function dynamoServiceLists(table: Table, clock: Clock): ServiceLists {
  return {
    jobs: (limit, after) => jobs(table, limit, after),

    async runs(filter, limit, after) {
      const pages = await forEachTenant(table, (tenant) => findRunsOfTenant(table, tenant, filter, limit, after))
      const { items: keys, next } = merged(pages, limit)
      const records = await batchRead(table, keys)
      const runs = records.map((item) => parseRun(tenantOfJobKey(z.object({ pk: z.string() }).parse(item).pk), item))
      return { items: runs.filter((run) => isKept(run, clock())).sort((a, b) => (a.id < b.id ? 1 : -1)), next }
    },

    jobCounts: () => jobCounts(table),
    jobsCreated: (from, to) => countIn(table, sweepKeys(), from, to),
    changes: (from, to) => countIn(table, monthsOf(from, to).map(auditOfServiceKey), from, to),
  }
}
