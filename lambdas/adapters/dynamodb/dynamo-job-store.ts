import { PutCommand, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import type { NewAuditEntry } from '../../domain/audit/audit-entry.ts'
import type { Job } from '../../domain/job/job.ts'
import type { JobStore } from '../../ports/job-store.ts'
import { accountKey, NOT_DELETING } from './account-store.ts'
import { auditPuts } from './audit-rows.ts'
import { batchRead } from './batch-read.ts'
import { readSnapshot } from './dynamo-job-collection.ts'
import { isSameRow } from './is-same-row.ts'
import {
  ACTIVITY_KEY,
  BY_SWEEP,
  BY_TENANT,
  JOB_KEY,
  jobKey,
  jobsOfTenantKey,
  sweepKeys,
  tenantsKey,
} from './job-keys.ts'
import { jobItem, parseActivity, parseJob } from './rows.ts'
import type { Table } from './table.ts'
import { transact } from './transact.ts'
import { writeIf } from './write-if.ts'

export function dynamoJobStore(table: Table): JobStore {
  const { client, name: TableName } = table
  return {
    create: (job, limit, audit) => createWithin(table, job, limit, audit),
    read: (tenant, jobId) => readSnapshot(table, tenant, jobId),

    replace: (job, version, audit) => replaceRow(table, job, version, audit),

    markSynced: (job) =>
      writeIf(
        client.send(
          new UpdateCommand({
            TableName,
            Key: { pk: jobKey(job.tenant, job.id), sk: JOB_KEY },
            UpdateExpression: 'SET job.syncState = :synced, job.stale = :none',
            ConditionExpression: 'job.generation = :generation',
            ExpressionAttributeValues: { ':synced': 'SYNCED', ':none': [], ':generation': job.generation },
          }),
        ),
      ),

    remove: (job) => removeTombstone(table, job),
    page: (tenant, limit, after) => pageOfTenant(table, tenant, limit, after),
    every: () => everyJob(table),
  }
}

/** The job and its tenant's count change together, so that the limit holds however many are created at once. */
async function createWithin(table: Table, job: Job, limit: number, audit: NewAuditEntry | undefined): Promise<boolean> {
  const TableName = table.name
  const failed = await transact(table, [
    { Put: { TableName, Item: jobItem(job), ConditionExpression: 'attribute_not_exists(pk)' } },
    {
      Update: {
        TableName,
        Key: accountKey(job.tenant),
        // The index then lists the tenant; saying it again costs nothing.
        UpdateExpression: 'ADD jobs :one SET sweepPk = :tenants, sweepSk = :tenant',
        ConditionExpression: `(attribute_not_exists(jobs) OR jobs < :limit) AND ${NOT_DELETING}`,
        ExpressionAttributeValues: {
          ':one': 1,
          ':limit': limit,
          ':tenants': tenantsKey(job.tenant),
          ':tenant': job.tenant,
        },
      },
    },
    ...auditPuts(table, audit),
  ])
  // That the job is there means that the write was done before, and only its answer was lost.
  return failed !== 1
}

async function replaceRow(table: Table, job: Job, version: number, audit: NewAuditEntry | undefined): Promise<boolean> {
  const TableName = table.name
  const put = {
    TableName,
    Item: jobItem(job),
    ConditionExpression: 'job.version = :version',
    ExpressionAttributeValues: { ':version': version },
  }
  if (job.desired !== 'DELETED' && !audit) {
    return (await writeIf(table.client.send(new PutCommand(put)))) || isStored(table, job)
  }
  const uncount = {
    TableName,
    Key: accountKey(job.tenant),
    UpdateExpression: 'ADD jobs :minusOne',
    ExpressionAttributeValues: { ':minusOne': -1 },
  }
  const uncounted = job.desired === 'DELETED' ? [{ Update: uncount }] : []
  const failed = await transact(table, [{ Put: put }, ...uncounted, ...auditPuts(table, audit)])
  return failed === undefined || isStored(table, job)
}

async function removeTombstone(table: Table, job: Job): Promise<boolean> {
  const TableName = table.name
  const { pk, sk } = jobItem(job)
  const tombstone = {
    TableName,
    Key: { pk, sk },
    ConditionExpression: 'attribute_not_exists(pk) OR job.desired = :deleted',
    ExpressionAttributeValues: { ':deleted': 'DELETED' },
  }
  const activity = {
    TableName,
    Key: { pk, sk: ACTIVITY_KEY },
    ConditionExpression:
      'attribute_not_exists(pk) OR (size(activity.active) = :none AND size(activity.queued) = :none)',
    ExpressionAttributeValues: { ':none': 0 },
  }
  return (await transact(table, [{ Delete: tombstone }, { Delete: activity }])) === undefined
}

/** The SDK repeats a write whose answer was lost: then what stands in its way is its own. */
const isStored = async (table: Table, job: Job): Promise<boolean> =>
  isSameRow(job, (await readSnapshot(table, job.tenant, job.id))?.job)

const IndexRow = z.object({ pk: z.string(), tenantSk: z.string() })

async function pageOfTenant(table: Table, tenant: string, limit: number, after: string | undefined) {
  const { client, name: TableName } = table
  const pages = paginateQuery(
    { client, pageSize: limit + 1 },
    {
      TableName,
      IndexName: BY_TENANT,
      KeyConditionExpression: after === undefined ? 'tenantPk = :jobs' : 'tenantPk = :jobs AND tenantSk < :after',
      FilterExpression: '#status <> :deleted',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':jobs': jobsOfTenantKey(tenant),
        ':deleted': 'DELETED',
        ...(after === undefined ? {} : { ':after': after }),
      },
      ScanIndexForward: false,
    },
  )
  const ids: string[] = []
  for await (const page of pages) {
    ids.push(...(page.Items ?? []).map((item) => IndexRow.parse(item).tenantSk))
    if (ids.length > limit) break
  }
  const shown = ids.slice(0, limit)
  const snapshots = await Promise.all(shown.map((jobId) => readSnapshot(table, tenant, jobId)))
  return {
    items: snapshots.flatMap((snapshot) => (snapshot && snapshot.job.desired !== 'DELETED' ? [snapshot] : [])),
    next: ids.length > limit ? shown.at(-1) : undefined,
  }
}

/** Jobs read in one request: two items each, of the hundred that DynamoDB allows. */
const JOBS_A_BATCH = 50

async function* everyJob(table: Table) {
  const { client, name: TableName } = table
  for (const shard of sweepKeys()) {
    const pages = paginateQuery(
      { client, pageSize: JOBS_A_BATCH },
      {
        TableName,
        IndexName: BY_SWEEP,
        KeyConditionExpression: 'sweepPk = :shard',
        ExpressionAttributeValues: { ':shard': shard },
      },
    )
    for await (const page of pages) {
      const partitions = (page.Items ?? []).map((item) => z.string().parse(item.pk))
      yield* await readJobs(table, partitions)
    }
  }
}

async function readJobs(table: Table, partitions: readonly string[]) {
  const items = await batchRead(
    table,
    partitions.flatMap((pk) => [
      { pk, sk: JOB_KEY },
      { pk, sk: ACTIVITY_KEY },
    ]),
  )
  const activities = new Map(items.filter((item) => item.sk === ACTIVITY_KEY).map((item) => [item.pk, item]))
  return items
    .filter((item) => item.sk === JOB_KEY)
    .map((item) => ({ job: parseJob(item), activity: parseActivity(activities.get(item.pk)) }))
}
