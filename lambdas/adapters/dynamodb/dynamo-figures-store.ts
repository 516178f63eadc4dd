import * as z from 'zod'
import type { Block } from '../../domain/figures/figures.ts'
import type { FiguresOwner, FiguresReader, FiguresStore, Progress } from '../../ports/figures-store.ts'
import { figureRows, figuresKey, keyRange, parseBlocks } from './figure-rows.ts'
import { everyLateRun, lateRunsOf, removeLateRun } from './late-run-rows.ts'
import { queryPages } from './query-pages.ts'
import type { Table } from './table.ts'
import { transact } from './transact.ts'
import { writeIf } from './write-if.ts'

const PROGRESS = { pk: 'SERVICE', sk: 'FIGURES' } as const

const ProgressRow = z.object({
  pass: z.int().default(0),
  /** Nothing has been counted yet. */
  countedUpTo: z.number().default(0),
  busy: z.array(z.string()).default([]),
})

type Rows = ReturnType<typeof figureRows>

const putOf = ({ name }: Table, Item: Rows['own'], pass: number) => ({
  TableName: name,
  Item,
  ConditionExpression: 'attribute_not_exists(pk) OR writtenBy <= :pass',
  ExpressionAttributeValues: { ':pass': pass },
})

async function rowsBetween(
  { client, name }: Table,
  owner: FiguresOwner,
  range: ReturnType<typeof keyRange>,
  ConsistentRead: boolean,
): Promise<readonly unknown[]> {
  if (!range) return []
  const pages = queryPages(client, {
    TableName: name,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :low AND :high',
    ExpressionAttributeValues: { ':pk': figuresKey(owner), ':low': range.low, ':high': range.high },
    ConsistentRead,
  })
  return (await Array.fromAsync(pages)).flatMap(({ Items = [] }) => Items)
}

const blocksOf =
  (table: Table, isConsistent: boolean): FiguresReader['blocks'] =>
  async (owner, { span, from, to, withJobs }) => {
    const [own, ofJobs] = await Promise.all([
      rowsBetween(table, owner, keyRange('block', span, from, to), isConsistent),
      withJobs ? rowsBetween(table, owner, keyRange('jobs', span, from, to), isConsistent) : [],
    ])
    return parseBlocks(span, own, ofJobs)
  }

/** Reading figures, eventually consistent: half the price, and what was written a second ago is there. */
export const dynamoFiguresReader = (table: Table): FiguresReader => ({
  async progress() {
    const { Item } = await table.client.get({ TableName: table.name, Key: PROGRESS, ConsistentRead: true })
    return ProgressRow.parse(Item ?? {})
  },

  blocks: blocksOf(table, false),
  lateRunsOf: (tenant) => Array.fromAsync(lateRunsOf(table, tenant)),
})

async function writeJobs(table: Table, { ofJobs }: Rows, pass: number): Promise<boolean> {
  for (const row of ofJobs) {
    if (!(await writeIf(table.client.put(putOf(table, row, pass))))) return false
  }
  return true
}

async function write(table: Table, owner: FiguresOwner, block: Block, pass: number): Promise<boolean> {
  const rows = figureRows(owner, block, pass)
  if (!(await writeJobs(table, rows, pass))) return false
  return writeIf(table.client.put(putOf(table, rows.own, pass)))
}

async function writeBoth(table: Table, tenant: string, block: Block, ofService: Block, pass: number) {
  const rows = figureRows({ tenant }, block, pass)
  if (!(await writeJobs(table, rows, pass))) return false
  const items = [rows.own, figureRows('SERVICE', ofService, pass).own]
  const puts = items.map((item) => ({ Put: putOf(table, item, pass) }))
  return (await transact(table, puts)) === undefined
}

async function endPass({ client, name }: Table, { pass, countedUpTo, busy }: Progress): Promise<boolean> {
  return writeIf(
    client.update({
      TableName: name,
      Key: PROGRESS,
      UpdateExpression: 'SET countedUpTo = :upTo, busy = :busy',
      ConditionExpression: 'pass = :pass',
      ExpressionAttributeValues: { ':upTo': countedUpTo, ':busy': busy, ':pass': pass },
    }),
  )
}

/** Figures as rows of the table: one an hour and one a day for each tenant that had runs, and for the service. */
export const dynamoFiguresStore = (table: Table): FiguresStore => ({
  ...dynamoFiguresReader(table),
  // What is changed must be what was written last.
  blocks: blocksOf(table, true),

  async beginPass() {
    const { Attributes } = await table.client.update({
      TableName: table.name,
      Key: PROGRESS,
      UpdateExpression: 'ADD pass :one',
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'ALL_NEW',
    })
    return ProgressRow.parse(Attributes)
  },
  endPass: (progress) => endPass(table, progress),
  write: (owner, block, pass) => write(table, owner, block, pass),
  writeBoth: (tenant, block, ofService, pass) => writeBoth(table, tenant, block, ofService, pass),
  lateRuns: () => everyLateRun(table),
  settle: (late) => removeLateRun(table, late),
})
