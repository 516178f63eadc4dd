import * as z from 'zod'
import type { NewAuditEntry } from '../../domain/audit/audit-entry.ts'
import { type BulkTask, DELETION_ID, type DeletionTask, type Task } from '../../domain/task/task.ts'
import type { RoleChanges } from '../../ports/role-changes.ts'
import type { StepRecord, TaskStore } from '../../ports/task-store.ts'
import { accountKey } from './account-store.ts'
import { auditPuts } from './audit-rows.ts'
import { batchRead } from './batch-read.ts'
import { BY_SWEEP } from './job-keys.ts'
import { queryPages } from './query-pages.ts'
import { roleChangesPut } from './role-change-store.ts'
import type { Table } from './table.ts'
import { readResults, resultsPuts } from './task-results.ts'
import { IDS_KEY, IdsRow, idsItem, STATE_KEY, StateRow, stateItem, taskKey, UNFINISHED_KEY } from './task-rows.ts'
import { transact } from './transact.ts'

/** Tasks as rows; what is not done is listed by the index, and only that. */
export function dynamoTaskStore(table: Table): TaskStore {
  return {
    beginBulk: (task, ids, audit) => beginBulk(table, task, ids, audit),
    beginDeletion: (task, audit, roles) => beginDeletion(table, task, audit, roles),
    async read(tenant, id) {
      const item = await itemOf(table, tenant, id, STATE_KEY)
      return item === undefined ? undefined : StateRow.parse(item).task
    },
    async idsOf(tenant, id) {
      const item = await itemOf(table, tenant, id, IDS_KEY)
      return item === undefined ? [] : IdsRow.parse(item).ids
    },
    save: (task, record = {}) => save(table, task, record),
    results: (tenant, id, page) => readResults(table, tenant, id, page),
    unfinished: () => unfinished(table),
  }
}

const putNew = ({ name: TableName }: Table, Item: object) => ({
  Put: { TableName, Item: { ...Item }, ConditionExpression: 'attribute_not_exists(pk)' },
})

async function beginBulk(table: Table, task: BulkTask, ids: readonly string[], audit: NewAuditEntry): Promise<void> {
  const items = [stateItem(task), ...(ids.length === 0 ? [] : [idsItem(task, ids)])]
  const failed = await transact(table, [...items.map((item) => putNew(table, item)), ...auditPuts(table, audit)])
  if (failed !== undefined) throw new Error(`There is already a task ${task.id}.`)
}

async function beginDeletion(
  table: Table,
  task: DeletionTask,
  audit: NewAuditEntry,
  roles: RoleChanges | undefined,
): Promise<boolean> {
  const lock = {
    TableName: table.name,
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
}

async function save(table: Table, task: Task, { results = [], audit }: StepRecord): Promise<boolean> {
  const put = {
    TableName: table.name,
    Item: stateItem(task),
    ConditionExpression: 'rev = :before',
    ExpressionAttributeValues: { ':before': task.rev - 1 },
  }
  const failed = await transact(table, [{ Put: put }, ...resultsPuts(table, task, results), ...auditPuts(table, audit)])
  return failed === undefined
}

async function itemOf({ client, name: TableName }: Table, tenant: string, id: string, sk: string): Promise<unknown> {
  const Key = { pk: taskKey(tenant, id), sk }
  return (await client.get({ TableName, Key, ConsistentRead: true })).Item
}

const KeyRow = z.object({ pk: z.string(), sk: z.string() })

async function* unfinished(table: Table): AsyncIterable<Task> {
  const pages = queryPages(table.client, {
    TableName: table.name,
    IndexName: BY_SWEEP,
    KeyConditionExpression: 'sweepPk = :unfinished',
    ExpressionAttributeValues: { ':unfinished': UNFINISHED_KEY },
    Limit: 100,
  })
  for await (const { Items = [] } of pages) {
    const keys = Items.map((item) => KeyRow.parse(item))
    const tasks = (await batchRead(table, keys)).map((row) => StateRow.parse(row).task)
    yield* tasks.filter(({ isDone }) => !isDone)
  }
}
