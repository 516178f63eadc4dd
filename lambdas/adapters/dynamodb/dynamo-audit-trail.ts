import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { AuditEntry } from '../../domain/audit/audit-entry.ts'
import { instantOf, runIdFloor } from '../../domain/run/run-id.ts'
import type { AuditFilter, AuditTrail } from '../../ports/audit-trail.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Page } from '../../ports/job-store.ts'
import { auditKey, auditOfServiceKey, monthOf, parseAudit, USUAL_AUDIT_DAYS } from './audit-rows.ts'
import { batchRead } from './batch-read.ts'
import { BY_SWEEP } from './job-keys.ts'
import type { Table } from './table.ts'

/** Queries made at most for one answer: a year of months without entries is as much as that. */
const MOST_QUERIES = 15

const DAY_MS = 86_400_000
/** Functions' clocks differ: what is just being written may be of a moment to come. */
const CLOCK_SKEW_MS = 60_000

/** Part of a month. */
type Slice = {
  readonly entries: readonly AuditEntry[]
  /** The id up to which it was read when there is more. */
  readonly readUpTo: string | undefined
}

/** Bounds are ids: `low` belongs to it, `high` does not. */
type Range = { readonly month: string; readonly low: string; readonly high: string; readonly limit: number }
type ReadSlice = (range: Range) => Promise<Slice>

/** The month of the ids right below a bound, which is either a whole id or the first of a millisecond. */
const monthBelow = (bound: string): string =>
  monthOf(bound.length === runIdFloor(0).length ? instantOf(bound) - 1 : instantOf(bound))

/** Goes back month by month, from `high`. */
async function collect(read: ReadSlice, low: string, high: string, limit: number): Promise<Page<AuditEntry>> {
  const found: AuditEntry[] = []
  let bound = high
  for (let queries = 0; queries < MOST_QUERIES; queries++) {
    if (bound <= low) return { items: found, next: undefined }
    const month = monthBelow(bound)
    const { entries, readUpTo } = await read({ month, low, high: bound, limit: limit + 1 - found.length })
    found.push(...entries)
    if (found.length > limit) return { items: found.slice(0, limit), next: found[limit - 1]?.id }
    bound = readUpTo ?? runIdFloor(Date.parse(`${month}-01T00:00:00Z`))
  }
  return { items: found, next: bound > low ? bound : undefined }
}

const KeyRow = z.object({ pk: z.string(), sk: z.string() })
const SortKey = z.object({ sk: z.string() })

const conditions = ({ action, jobId }: AuditFilter) => ({
  ...(action === undefined ? {} : { action }),
  ...(jobId === undefined ? {} : { jobId }),
})

function filterOf(filter: AuditFilter): Pick<QueryCommandInput, 'FilterExpression' | 'ExpressionAttributeNames'> {
  const names = Object.keys(conditions(filter))
  if (names.length === 0) return {}
  return {
    FilterExpression: names.map((name) => `#${name} = :${name}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
  }
}

const sliceOfTenant =
  (table: Table, tenant: string, filter: AuditFilter): ReadSlice =>
  async ({ month, low, high, limit }) => {
    const { Items = [], LastEvaluatedKey } = await table.client.query({
      TableName: table.name,
      KeyConditionExpression: 'pk = :month AND sk BETWEEN :low AND :high',
      ...filterOf(filter),
      ExpressionAttributeValues: {
        ':month': auditKey(tenant, month),
        ':low': low,
        ':high': high,
        ...Object.fromEntries(Object.entries(conditions(filter)).map(([name, value]) => [`:${name}`, value])),
      },
      ScanIndexForward: false,
      ConsistentRead: true,
      // One more, because BETWEEN includes its end.
      Limit: limit + 1,
    })
    const entries = Items.map(parseAudit).filter(({ id }) => id !== high)
    return { entries, readUpTo: LastEvaluatedKey ? SortKey.parse(LastEvaluatedKey).sk : undefined }
  }

/** The index has only keys: entries are read by them, and filtered then. */
const sliceOfService =
  (table: Table, filter: AuditFilter): ReadSlice =>
  async ({ month, low, high, limit }) => {
    const { Items = [], LastEvaluatedKey } = await table.client.query({
      TableName: table.name,
      IndexName: BY_SWEEP,
      KeyConditionExpression: 'sweepPk = :month AND sweepSk BETWEEN :low AND :high',
      ExpressionAttributeValues: { ':month': auditOfServiceKey(month), ':low': low, ':high': high },
      ScanIndexForward: false,
      Limit: limit + 1,
    })
    const keys = Items.map((item) => KeyRow.parse(item)).filter(({ sk }) => sk !== high)
    const entries = (await batchRead(table, keys)).map(parseAudit).sort((a, b) => (a.id < b.id ? 1 : -1))
    const wanted = Object.entries(conditions(filter))
    return {
      entries: entries.filter((entry) => wanted.every(([name, value]) => Reflect.get(entry, name) === value)),
      readUpTo: LastEvaluatedKey ? SortKey.parse(LastEvaluatedKey).sk : undefined,
    }
  }

/** Entries in partitions of a month each, so that neither a tenant's nor the service's grows without end. */
export function dynamoAuditTrail(table: Table, clock: Clock): AuditTrail {
  const keptMs = (table.auditDays ?? USUAL_AUDIT_DAYS) * DAY_MS
  function page(read: ReadSlice, { from = 0, to }: AuditFilter, limit: number, after: string | undefined) {
    const now = clock()
    // DynamoDB deletes expired items when it gets to it; readers never see them.
    const low = runIdFloor(Math.max(from, now - keptMs))
    const end = runIdFloor(Math.min(to ?? Number.POSITIVE_INFINITY, now + CLOCK_SKEW_MS))
    return collect(read, low, after !== undefined && after < end ? after : end, limit)
  }
  return {
    ofTenant: (tenant, filter, limit, after) => page(sliceOfTenant(table, tenant, filter), filter, limit, after),
    ofService: (filter, limit, after) => page(sliceOfService(table, filter), filter, limit, after),
  }
}
