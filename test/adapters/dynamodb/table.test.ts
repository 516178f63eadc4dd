import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { documentClient } from '../../../lambdas/adapters/dynamodb/table.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'
import { testCredentials } from '../../support/wire.ts'

let table: StartedTable
beforeAll(async () => {
  table = await startTable()
})
afterAll(() => table.stop())

it('documentClient leaves out what is undefined', async () => {
  const client = documentClient(new DynamoDBClient({ ...testCredentials, endpoint: table.endpoint }))
  const key = { pk: 'a', sk: 'b' }
  const Item = { ...key, absent: undefined, inner: { absent: undefined, there: null } }
  await client.send(new PutCommand({ TableName: table.tableName, Item }))
  const read = await client.send(new GetCommand({ TableName: table.tableName, Key: key }))
  expect(Object.keys(read.Item ?? {}).sort()).toEqual(['inner', 'pk', 'sk'])
  expect(read.Item?.inner).toEqual({ there: null })
  client.destroy()
})
