import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamoAttemptCounter } from '../../../lambdas/adapters/dynamodb/attempt-counter.ts'
import type { AttemptCount, AttemptCounter } from '../../../lambdas/ports/attempt-counter.ts'
import { meter } from '../../support/consumed-capacity.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'

const window = { startsAt: 1_800_000_000_000, endsAt: 1_800_000_900_500 }

describe('dynamoAttemptCounter', () => {
  let table: StartedTable
  let counter: AttemptCounter
  beforeAll(async () => {
    table = await startTable()
    counter = dynamoAttemptCounter({ client: table.client, name: table.tableName })
  })
  afterAll(() => table.stop())

  const count = (fields: Partial<AttemptCount> = {}): AttemptCount => ({
    attempt: 'logIn',
    by: 'address',
    value: 'ada@example.com',
    window,
    ...fields,
  })

  it('counts one attempt after the other, and takes one back', async () => {
    const one = count({ value: 'one@example.com' })
    expect([await counter.add(one, 1), await counter.add(one, 1), await counter.add(one, -1)]).toEqual([1, 2, 1])
  })

  it('counts exactly when many come at once', async () => {
    const busy = count({ value: 'busy@example.com' })
    const counts = await Promise.all(Array.from({ length: 20 }, () => counter.add(busy, 1)))
    expect(counts.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })

  it.each<[string, Partial<AttemptCount>]>([
    ['what is tried', { attempt: 'verify' }],
    ['whose it is', { by: 'source' }],
    ['the address', { value: 'bob@example.com' }],
    ['the window', { window: { startsAt: window.endsAt, endsAt: window.endsAt + 1 } }],
  ])('tells counts apart by %s', async (_what, fields) => {
    expect(await counter.add(count(fields), 1)).toBe(1)
  })

  it('keeps no address, and each count until its window has ended', async () => {
    await counter.add(count({ by: 'source', value: '203.0.113.7' }), 1)
    const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.tableName }))
    expect(JSON.stringify(Items)).not.toMatch(/example|203/)
    expect(new Set(Items.map(({ expiresAt }) => expiresAt))).toEqual(new Set([1_800_000_901]))
  })

  it('costs one write unit and no read', async () => {
    const consumed = meter(table.client)
    await counter.add(count(), 1)
    expect(consumed).toMatchObject({ calls: ['UpdateItemCommand'], units: { read: 0, write: 1 } })
  })
})
