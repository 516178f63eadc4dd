import { GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type StartedTable, startTable } from './dynamodb.ts'

describe('startTable', () => {
  let table: StartedTable
  beforeAll(async () => {
    table = await startTable()
  })
  afterAll(() => table.stop())

  it('gives a table that keeps rows', async () => {
    await table.client.send(new PutCommand({ TableName: table.tableName, Item: { pk: 'a', sk: 'b', n: 1 } }))
    const { Item } = await table.client.send(new GetCommand({ TableName: table.tableName, Key: { pk: 'a', sk: 'b' } }))
    expect(Item).toEqual({ pk: 'a', sk: 'b', n: 1 })
  })

  it.each([
    ['byTenant', 'tenantPk', 'tenantSk', ['pk', 'sk', 'status', 'tenantPk', 'tenantSk']],
    ['bySweep', 'sweepPk', 'sweepSk', ['pk', 'sk', 'sweepPk', 'sweepSk']],
  ])('has the index %s with its projection', async (index, hash, range, attributes) => {
    const item = { pk: index, sk: '1', [hash]: 'h', [range]: 'r', status: 'ACTIVE', other: 'x' }
    await table.client.send(new PutCommand({ TableName: table.tableName, Item: item }))
    const { Items } = await table.client.send(
      new QueryCommand({
        TableName: table.tableName,
        IndexName: index,
        KeyConditionExpression: '#h = :h',
        ExpressionAttributeNames: { '#h': hash },
        ExpressionAttributeValues: { ':h': 'h' },
      }),
    )
    expect(Items?.map((found) => Object.keys(found).sort())).toEqual([attributes])
  })
})
