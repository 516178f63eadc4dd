import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe } from 'vitest'
import { documentClient } from '../../lambdas/adapters/dynamodb/document-client.ts'
import { leanClient } from '../../lambdas/adapters/dynamodb/lean/lean-client.ts'
import type { TableClient } from '../../lambdas/adapters/dynamodb/table-client.ts'
import { type StartedTable, startTable } from '../support/dynamodb.ts'
import { leanTest, testCredentials } from '../support/wire.ts'
import { tableClientContract } from './table-client.ts'

let table: StartedTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.stop())

describe.each<{ name: string; open: (endpoint: string) => TableClient }>([
  {
    name: 'the SDK’s document client',
    open: (endpoint) => documentClient(new DynamoDBClient({ ...testCredentials, endpoint })),
  },
  { name: 'the lean client', open: (endpoint) => leanClient({ ...leanTest, endpoint: new URL(endpoint) }) },
])('$name', ({ open }) => {
  tableClientContract(() => ({ client: open(table.endpoint), name: table.tableName }))
})
