import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { BulkResult } from '../../domain/task/bulk.ts'
import { DELETION_ID, TASK_KEPT_MS, Task } from '../../domain/task/task.ts'
import type { TaskStore } from '../../ports/task-store.ts'
import { accountKey } from './account-store.ts'
import { auditPuts } from './audit-rows.ts'
import { batchRead } from './batch-read.ts'
import { BY_SWEEP, tasksOfTenantKey } from './job-keys.ts'
import { queryPages } from './query-pages.ts'
import { roleChangesPut } from './role-change-store.ts'
import type { Table } from './table.ts'
import { transact } from './transact.ts'

/** Everything of one task is one item collection; the tenant is part of its key. */
const taskKey = (tenant: string, id: string): string => `T#${tenant}#TASK#${id}`
const STATE_KEY = 'STATE'
const IDS_KEY = 'IDS'
const RESULTS_PREFIX = 'RESULTS#'
/** Digits of a results row's number: the index of its first result. */
const RESULTS_DIGITS = 9
const LAST_RESULT = 10 ** RESULTS_DIGITS - 1

/** Where the index lists tasks that are not done. */
const UNFINISHED_KEY = 'TASKS'

const StateRow = z.object({ task: Task })
const IdsRow = z.object({ ids: z.array(z.string()) })
const ResultsRow = z.object({ sk: z.string(), results: z.array(BulkResult) })
const KeyRow = z.object({ pk: z.string(), sk: z.string() })

const resultsKey = (first: number): string => `${RESULTS_PREFIX}${String(first).padStart(RESULTS_DIGITS, '0')}`
const firstOf = (sk: string): number => Number(sk.slice(RESULTS_PREFIX.length))

const expiry = (task: Task) => Math.floor((task.updatedAt + TASK_KEPT_MS) / 1000)

const stateItem = (task: Task) => ({
  pk: taskKey(task.tenant, task.id),
  sk: STATE_KEY,
  rev: task.rev,
  task,
  ...(task.kind === 'BULK' ? { tenantPk: tasksOfTenantKey(task.tenant), tenantSk: task.id } : {}),
  ...(task.isDone ? { expiresAt: expiry(task) } : { sweepPk: UNFINISHED_KEY, sweepSk: `${task.tenant}#${task.id}` }),
})

const putNew = (table: Table, Item: object) => ({
  Put: { TableName: table.name, Item: { ...Item }, ConditionExpression: 'attribute_not_exists(pk)' },
})

/** How many results of a bulk task are written already. */
const writtenOf = (task: Task): number =>
  task.kind === 'BULK' ? Object.values(task.counts).reduce((sum, count) => sum + count, 0) : 0

function resultsPuts(table: Table, task: Task, results: readonly BulkResult[]) {
  if (results.length === 0) return []
  const first = writtenOf(task) - results.length
  const Item = { pk: taskKey(task.tenant, task.id), sk: resultsKey(first), results, expiresAt: expiry(task) }
  return [{ Put: { TableName: table.name, Item } }]
}

async function* unfinished(table: Table): AsyncIterable<Task> {
  const pages = queryPages(table.client, {
    TableName: table.name,
    IndexName: BY_SWEEP,
    KeyConditionExpression: 'sweepPk = :unfinished',
    ExpressionAttributeValues: { ':unfinished': UNFINISHED_KEY },
    Limit: 100,
  })
  for await (const page of pages) {
    const rows = await batchRead(
      table,
      (page.Items ?? []).map((item) => KeyRow.parse(item)),
    )
    yield* rows.map((row) => StateRow.parse(row).task).filter(({ isDone }) => !isDone)
  }
}

/** A page may begin within a row: that row is the last that does not begin behind it. */
async function results(
  { client, name: TableName }: Table,
  tenant: string,
  id: string,
  { after, limit }: Parameters<TaskStore['results']>[2],
): Promise<readonly BulkResult[]> {
  const rowsBetween = async (
    first: number,
    last: number,
    order: Pick<QueryCommandInput, 'ScanIndexForward' | 'Limit'>,
  ) => {
    const { Items = [] } = await client.query({
      TableName,
      KeyConditionExpression: 'pk = :task AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':task': taskKey(tenant, id),
        ':first': resultsKey(first),
        ':last': resultsKey(last),
      },
      ConsistentRead: true,
      ...order,
    })
    return Items.map((item) => ResultsRow.parse(item))
  }
  const [within, behind] = await Promise.all([
    rowsBetween(0, after, { ScanIndexForward: false, Limit: 1 }),
    rowsBetween(after + 1, LAST_RESULT, { Limit: limit }),
  ])
  const left = [...within, ...behind].flatMap((row) =>
    row.results.filter((_, index) => firstOf(row.sk) + index >= after),
  )
  return left.slice(0, limit)
}

/** Tasks as rows; what is not done is listed by the index, and only that. */
export function dynamoTaskStore(table: Table): TaskStore {
  const { client, name: TableName } = table
  const get = async (tenant: string, id: string, sk: string) => {
    const Key = { pk: taskKey(tenant, id), sk }
    return (await client.get({ TableName, Key, ConsistentRead: true })).Item
  }
  return {
    async beginBulk(task, ids, audit) {
      const named =
        ids.length === 0 ? [] : [{ pk: taskKey(task.tenant, task.id), sk: IDS_KEY, ids, expiresAt: expiry(task) }]
      const puts = [stateItem(task), ...named].map((item) => putNew(table, item))
      const failed = await transact(table, [...puts, ...auditPuts(table, audit)])
      if (failed !== undefined) throw new Error(`There is already a task ${task.id}.`)
    },

    async beginDeletion(task, audit, roles) {
      const lock = {
        TableName,
        Key: accountKey(task.tenant),
        UpdateExpression: 'SET deletingSince = if_not_exists(deletingSince, :now)',
        ExpressionAttributeValues: { ':now': task.createdAt },
      }
      const failed = await transact(table, [
        putNew(table, stateItem({ ...task, id: DELETION_ID })),
        { Update: lock },
        ...(roles ? [roleChangesPut(table, roles)] : []),
        ...auditPuts(table, audit),
      ])
      return failed === undefined
    },

    async read(tenant, id) {
      const item = await get(tenant, id, STATE_KEY)
      return item === undefined ? undefined : StateRow.parse(item).task
    },

    async idsOf(tenant, id) {
      const item = await get(tenant, id, IDS_KEY)
      return item === undefined ? [] : IdsRow.parse(item).ids
    },

    async save(task, { results: became = [], audit } = {}) {
      const put = {
        TableName,
        Item: stateItem(task),
        ConditionExpression: 'rev = :before',
        ExpressionAttributeValues: { ':before': task.rev - 1 },
      }
      return (
        (await transact(table, [{ Put: put }, ...resultsPuts(table, task, became), ...auditPuts(table, audit)])) ===
        undefined
      )
    },

    results: (tenant, id, page) => results(table, tenant, id, page),
    unfinished: () => unfinished(table),
  }
}
