import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { IndexDefinition, TableDefinition } from '../template/tables.ts'
import { type DynamoDbClient, DynamoDbError } from './dynamodb-client.ts'

const KeySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }))

const DescribedTable = z.object({
  Table: z.object({
    KeySchema,
    GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string(), KeySchema })).default([]),
  }),
})
type DescribedTable = z.infer<typeof DescribedTable>['Table']

const anything = z.unknown()

/**
 * Makes the engine's tables those of the template: creates what is missing, tables and global indexes, and switches
 * time to live on. Nothing is ever removed.
 * @throws when a table or an index is there with other keys
 */
export async function provisionTables(client: DynamoDbClient, tables: readonly TableDefinition[]): Promise<void> {
  for (const table of tables) {
    const existing = await describe(client, table.name)
    if (existing) await addIndexes(client, table, existing)
    else await client.call('CreateTable', createInput(table), anything)
    if (table.timeToLiveAttribute !== undefined) await enableTimeToLive(client, table.name, table.timeToLiveAttribute)
  }
}

async function describe(client: DynamoDbClient, TableName: string): Promise<DescribedTable | undefined> {
  try {
    return (await client.call('DescribeTable', { TableName }, DescribedTable)).Table
  } catch (error) {
    if (error instanceof DynamoDbError && error.type === 'ResourceNotFoundException') return undefined
    throw error
  }
}

function createInput(table: TableDefinition): Readonly<Record<string, unknown>> {
  return {
    TableName: table.name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: table.keySchema,
    AttributeDefinitions: table.attributeDefinitions,
    ...(table.globalIndexes.length > 0 && { GlobalSecondaryIndexes: table.globalIndexes }),
    ...(table.localIndexes.length > 0 && { LocalSecondaryIndexes: table.localIndexes }),
    ...(table.stream && { StreamSpecification: table.stream }),
  }
}

async function addIndexes(client: DynamoDbClient, table: TableDefinition, existing: DescribedTable): Promise<void> {
  refuseOtherKeys(`Table ${table.name}`, table.keySchema, existing.KeySchema)
  for (const index of table.globalIndexes) {
    const same = existing.GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === index.IndexName)
    if (same) refuseOtherKeys(`Index ${index.IndexName} of table ${table.name}`, index.KeySchema, same.KeySchema)
    else await client.call('UpdateTable', addIndexInput(table, index), anything)
  }
}

function addIndexInput(table: TableDefinition, index: IndexDefinition): Readonly<Record<string, unknown>> {
  return {
    TableName: table.name,
    AttributeDefinitions: table.attributeDefinitions,
    GlobalSecondaryIndexUpdates: [{ Create: index }],
  }
}

function refuseOtherKeys(what: string, wanted: readonly unknown[], existing: readonly unknown[]): void {
  if (isDeepStrictEqual(wanted, existing)) return
  throw new Error(
    `${what} has other keys in the data directory (${JSON.stringify(existing)}) than in the template ` +
      `(${JSON.stringify(wanted)}); keys cannot change: use another data directory`,
  )
}

async function enableTimeToLive(client: DynamoDbClient, TableName: string, AttributeName: string): Promise<void> {
  try {
    await client.call(
      'UpdateTimeToLive',
      { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName } },
      anything,
    )
  } catch (error) {
    // "TimeToLive is already enabled": what we want.
    if (!(error instanceof DynamoDbError) || error.type !== 'ValidationException') throw error
  }
}
