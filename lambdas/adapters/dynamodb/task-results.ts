import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { BulkResult } from '../../domain/task/bulk.ts'
import type { Task } from '../../domain/task/task.ts'
import type { TaskStore } from '../../ports/task-store.ts'
import type { Table } from './table.ts'
import { expiryOf, taskKey } from './task-rows.ts'

/** What became of the jobs of a task, in rows beside its state: one for each step, numbered by its first result. */
const PREFIX = 'RESULTS#'
const DIGITS = 9
const LAST_RESULT = 10 ** DIGITS - 1

const ResultsRow = z.object({ sk: z.string(), results: z.array(BulkResult) })
type ResultsRow = z.infer<typeof ResultsRow>

const resultsKey = (first: number): string => `${PREFIX}${String(first).padStart(DIGITS, '0')}`
const firstOf = ({ sk }: ResultsRow): number => Number(sk.slice(PREFIX.length))

/** How many results of a bulk task are written when it is. */
const writtenOf = (task: Task): number =>
  task.kind === 'BULK' ? Object.values(task.counts).reduce((sum, count) => sum + count, 0) : 0

/** Writes the results of the step that made the task what it is. */
export function resultsPuts({ name: TableName }: Table, task: Task, results: readonly BulkResult[]) {
  if (results.length === 0) return []
  const sk = resultsKey(writtenOf(task) - results.length)
  return [{ Put: { TableName, Item: { pk: taskKey(task.tenant, task.id), sk, results, expiresAt: expiryOf(task) } } }]
}

/** A page may begin within a row: that row is the last that does not begin behind it. */
export async function readResults(
  table: Table,
  tenant: string,
  id: string,
  { after, limit }: Parameters<TaskStore['results']>[2],
): Promise<readonly BulkResult[]> {
  const task = taskKey(tenant, id)
  const [within, behind] = await Promise.all([
    rowsBetween(table, task, [0, after], { ScanIndexForward: false, Limit: 1 }),
    rowsBetween(table, task, [after + 1, LAST_RESULT], { Limit: limit }),
  ])
  return [...within, ...behind]
    .flatMap((row) => row.results.filter((_, index) => firstOf(row) + index >= after))
    .slice(0, limit)
}

/** Rows whose first results are numbered so, both ends included. */
async function rowsBetween(
  { client, name: TableName }: Table,
  task: string,
  [first, last]: readonly [first: number, last: number],
  order: Pick<QueryCommandInput, 'ScanIndexForward' | 'Limit'>,
): Promise<readonly ResultsRow[]> {
  const { Items = [] } = await client.query({
    TableName,
    KeyConditionExpression: 'pk = :task AND sk BETWEEN :first AND :last',
    ExpressionAttributeValues: { ':task': task, ':first': resultsKey(first), ':last': resultsKey(last) },
    ConsistentRead: true,
    ...order,
  })
  return Items.map((item) => ResultsRow.parse(item))
}
