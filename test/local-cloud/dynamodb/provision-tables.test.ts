import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { DynamoDbClient } from '../../../local/dynamodb/dynamodb-client.ts'
import { provisionTables } from '../../../local/dynamodb/provision-tables.ts'
import { index, startEngine, tableDefinition } from './table-fixture.ts'

const anything = z.record(z.string(), z.unknown())

async function describeTable(client: DynamoDbClient, TableName = 'things') {
  const { Table } = await client.call('DescribeTable', { TableName }, anything)
  const ttl = await client.call('DescribeTimeToLive', { TableName }, anything)
  return { ...anything.parse(Table), ...ttl }
}

const attributes = (...names: readonly string[]) =>
  names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }))

describe('provisionTables', () => {
  it('creates tables with keys, indexes and time to live', async () => {
    const client = await startEngine()
    await provisionTables(client, [
      tableDefinition({
        attributeDefinitions: attributes('pk', 'owner'),
        globalIndexes: [index('byOwner', 'owner')],
        timeToLiveAttribute: 'expiresAt',
      }),
      tableDefinition({ name: 'others' }),
    ])
    expect(await describeTable(client)).toMatchObject({
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [{ IndexName: 'byOwner', Projection: { ProjectionType: 'KEYS_ONLY' } }],
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' },
    })
    expect(await describeTable(client, 'others')).toMatchObject({ TableStatus: 'ACTIVE' })
  })

  it('changes nothing the second time, keeps items, and adds a new index and time to live', async () => {
    const client = await startEngine()
    await provisionTables(client, [tableDefinition()])
    const Item = { pk: { S: 'a' }, owner: { S: 'o' } }
    await client.call('PutItem', { TableName: 'things', Item }, anything)
    const grown = tableDefinition({
      attributeDefinitions: attributes('pk', 'owner'),
      globalIndexes: [index('byOwner', 'owner')],
      timeToLiveAttribute: 'expiresAt',
    })
    for (const table of [tableDefinition(), grown, grown]) await provisionTables(client, [table])
    const found = await client.call(
      'Query',
      {
        TableName: 'things',
        IndexName: 'byOwner',
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': { S: 'o' } },
      },
      anything,
    )
    expect(found.Items).toEqual([Item])
    expect(await describeTable(client)).toMatchObject({ TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED' } })
  })

  it('refuses a table or an index that is there with other keys', async () => {
    const client = await startEngine()
    const attributeDefinitions = attributes('pk', 'other')
    await provisionTables(client, [
      tableDefinition({ attributeDefinitions, globalIndexes: [index('byOther', 'other')] }),
    ])
    const otherKeys = tableDefinition({ keySchema: [{ AttributeName: 'other', KeyType: 'HASH' }] })
    await expect(provisionTables(client, [otherKeys])).rejects.toThrow(
      'Table things has other keys in the data directory',
    )
    const otherIndex = tableDefinition({ globalIndexes: [index('byOther', 'pk')] })
    await expect(provisionTables(client, [otherIndex])).rejects.toThrow('Index byOther of table things has other keys')
  })
})
