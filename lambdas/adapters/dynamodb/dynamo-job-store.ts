import * as z from 'zod/mini'
import { loadExcesses, newAccount } from '../../domain/account/account.ts'
import { planLimits } from '../../domain/account/plan.ts'
import { requireNoExcess } from '../../domain/account/plan-excess.ts'
import type { NewAuditEntry } from '../../domain/audit/audit-entry.ts'
import { loadChange, loadOf } from '../../domain/job/change-job.ts'
import type { Job } from '../../domain/job/job.ts'
import type { JobStore } from '../../ports/job-store.ts'
import { accountKey, NOT_DELETING, readAccountRow } from './account-store.ts'
import { auditPuts } from './audit-rows.ts'
import { batchRead } from './batch-read.ts'
import { readSnapshot } from './dynamo-job-collection.ts'
import { isSameRow } from './is-same-row.ts'
import { jobItem } from './job-item.ts'
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
import { parseJob } from './job-row.ts'
import { queryPages } from './query-pages.ts'
import { parseActivity } from './rows.ts'
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
        client.update({
          TableName,
          Key: { pk: jobKey(job.tenant, job.id), sk: JOB_KEY },
          UpdateExpression: 'SET job.syncState = :synced, job.stale = :none',
          ConditionExpression: 'job.generation = :generation',
          ExpressionAttributeValues: { ':synced': 'SYNCED', ':none': [], ':generation': job.generation },
        }),
      ),

    remove: (job) => removeTombstone(table, job),
    page: (tenant, limit, after) => pageOfTenant(table, tenant, limit, after),
    every: () => everyJob(table),
  }
}

/** The job and what its tenant's account counts change together, so that limits hold however many are created at once. */
async function createWithin(table: Table, job: Job, limit: number, audit: NewAuditEntry | undefined): Promise<boolean> {
  const { activeJobs, runsPerDay } = loadOf(job)
  const { name: TableName } = table
  const failed = await transact(table, [
    { Put: { TableName, Item: jobItem(job), ConditionExpression: 'attribute_not_exists(pk)' } },
    {
      Update: {
        TableName,
        Key: accountKey(job.tenant),
        // The index then lists the tenant; saying it again costs nothing.
        UpdateExpression:
          'ADD jobs :one, activeJobs :active, runsPerDay :runs SET sweepPk = :tenants, sweepSk = :tenant',
        ConditionExpression: [
          '(attribute_not_exists(jobs) OR jobs < :limit)',
          NOT_DELETING,
          // Another plan would have to be written on the job.
          job.plan === newAccount.plan ? '(attribute_not_exists(#plan) OR #plan = :plan)' : '#plan = :plan',
          ...(runsPerDay > 0 ? [HAS_ROOM_FOR_RUNS] : []),
        ].join(' AND '),
        ExpressionAttributeNames: { '#plan': 'plan' },
        ExpressionAttributeValues: {
          ':one': 1,
          ':active': activeJobs,
          ':runs': runsPerDay,
          ':limit': limit,
          ':plan': job.plan,
          ':tenants': tenantsKey(job.tenant),
          ':tenant': job.tenant,
          ...(runsPerDay > 0 ? { ':room': planLimits[job.plan].runsPerDay - runsPerDay } : {}),
        },
      },
    },
    ...auditPuts(table, audit),
  ])
  // The job is there already: the write was done before, and only its answer was lost.
  return failed === undefined || failed === 0
}

const HAS_ROOM_FOR_RUNS = '(attribute_not_exists(runsPerDay) OR runsPerDay <= :room)'
const HAS_ROOM_FOR_JOB = '(attribute_not_exists(activeJobs) OR activeJobs < :limit)'

/** @throws Refusal `plan-limit` when the job asks more of its account than the plan allows. */
async function replaceRow(table: Table, job: Job, version: number, audit: NewAuditEntry | undefined): Promise<boolean> {
  const { client, name: TableName } = table
  const written = { ...job, counted: loadOf(job) }
  const put = {
    TableName,
    Item: jobItem(written),
    // A plan that was written meanwhile must not be lost.
    ConditionExpression: 'job.version = :version AND job.#plan = :plan',
    ExpressionAttributeNames: { '#plan': 'plan' },
    ExpressionAttributeValues: { ':version': version, ':plan': job.plan },
  }
  const { activeJobs, runsPerDay, completedJobs } = loadChange(job)
  const isDeleted = job.desired === 'DELETED'
  const isCounted = isDeleted || activeJobs !== 0 || runsPerDay !== 0 || completedJobs !== 0
  if (!isCounted && !audit) {
    return (await writeIf(client.put(put))) || isDone(table, written)
  }
  const counts = isCounted ? [{ Update: accountUpdate(TableName, job, isDeleted ? -1 : 0) }] : []
  const failed = await transact(table, [{ Put: put }, ...counts, ...auditPuts(table, audit)])
  if (failed !== 1) return failed === undefined || isDone(table, written)
  const account = await readAccountRow(table, job.tenant)
  requireNoExcess(account.plan, loadExcesses(account, { jobs: 0, activeJobs, runsPerDay }))
  // There has come to be room: whoever asked may try again.
  return false
}

/** The SDK repeats a write whose answer was lost: then what stands in its way is its own. */
const isDone = async (table: Table, written: Job): Promise<boolean> =>
  isSameRow(written, (await readSnapshot(table, written.tenant, written.id))?.job)

/** What the account counts after the job's change; more only as far as the plan goes. */
function accountUpdate(TableName: string, job: Job, jobs: number) {
  const { activeJobs, runsPerDay, completedJobs } = loadChange(job)
  const limits = planLimits[job.plan]
  const conditions = [...(activeJobs > 0 ? [HAS_ROOM_FOR_JOB] : []), ...(runsPerDay > 0 ? [HAS_ROOM_FOR_RUNS] : [])]
  return {
    TableName,
    Key: accountKey(job.tenant),
    UpdateExpression: 'ADD jobs :jobs, activeJobs :active, runsPerDay :runs, completedJobs :completed',
    ...(conditions.length > 0 ? { ConditionExpression: conditions.join(' AND ') } : {}),
    ExpressionAttributeValues: {
      ':jobs': jobs,
      ':active': activeJobs,
      ':runs': runsPerDay,
      ':completed': completedJobs,
      ...(activeJobs > 0 ? { ':limit': limits.jobs } : {}),
      ...(runsPerDay > 0 ? { ':room': limits.runsPerDay - runsPerDay } : {}),
    },
  }
}

async function removeTombstone(table: Table, job: Job): Promise<boolean> {
  const { name: TableName } = table
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

const IndexRow = z.object({ pk: z.string(), tenantSk: z.string() })

async function pageOfTenant(table: Table, tenant: string, limit: number, after: string | undefined) {
  const { client, name: TableName } = table
  const pages = queryPages(client, {
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
    Limit: limit + 1,
  })
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
    const pages = queryPages(client, {
      TableName,
      IndexName: BY_SWEEP,
      KeyConditionExpression: 'sweepPk = :shard',
      ExpressionAttributeValues: { ':shard': shard },
      Limit: JOBS_A_BATCH,
    })
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
