import { GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Meter, meter } from './consumed-capacity.ts'
import { type StartedTable, startTable } from './dynamodb.ts'

describe('meter', () => {
  let table: StartedTable
  let metered: Meter
  beforeAll(async () => {
    table = await startTable()
    metered = meter(table.client)
  })
  afterAll(() => table.stop())
  beforeEach(() => metered.reset())

  const TableName = 'punctual'
  const Key = { pk: 'a', sk: 'b' }

  it.each([
    ['a small write', () => table.client.send(new PutCommand({ TableName, Item: Key })), { read: 0, write: 1 }],
    [
      'a write of three kilobytes to the table and to one index',
      () => {
        const Item = { ...Key, sweepPk: 's', sweepSk: 's', text: 'x'.repeat(2500) }
        return table.client.send(new PutCommand({ TableName, Item }))
      },
      { read: 0, write: 4 },
    ],
    [
      'a transaction',
      () =>
        table.client.send(
          new TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: { ...Key, sk: 'c' } } }] }),
        ),
      { read: 0, write: 2 },
    ],
    ['a read', () => table.client.send(new GetCommand({ TableName, Key })), { read: 0.5, write: 0 }],
    [
      'a consistent read',
      () => table.client.send(new GetCommand({ TableName, Key, ConsistentRead: true })),
      { read: 1, write: 0 },
    ],
  ])('counts %s', async (_what, request, units) => {
    await request()
    expect(metered.units).toEqual(units)
    expect(metered.calls).toHaveLength(1)
  })
})
