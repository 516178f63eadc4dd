import { beforeAll, describe, expect, it } from 'vitest'
import type { SentRequest } from '../support/fault-wire.ts'
import { type AllowedActions, readAllowedActions } from './allowed-actions.ts'

const TABLE = 'table'

const sent = (operation: string, pk: string): SentRequest => ({
  service: 'DYNAMODB',
  name: operation,
  wire: {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
    body: Buffer.from(JSON.stringify({ TableName: TABLE, Key: { pk: { S: pk }, sk: { S: 'x' } } })),
  },
})

describe('allowed actions', () => {
  let allowed: AllowedActions
  beforeAll(async () => {
    allowed = await readAllowedActions(TABLE)
  })

  it('are missing from requests that do not take them, in the partitions that they are allowed in', () => {
    const missing = (pk: string) => allowed.without([['schedules', [sent('UpdateItem', pk)]]]).length
    expect(missing('KEY#key')).toBe(missing('T#tenant') - 1)
  })

  it('are no more than requests of that function may take', () => {
    expect(allowed.beyond([['schedules', [sent('UpdateItem', 'KEY#key')]]])).toEqual([])
    expect(allowed.beyond([['schedules', [sent('UpdateItem', 'T#tenant')]]])).toHaveLength(1)
    expect(allowed.beyond([['schedules', [sent('DeleteItem', 'KEY#key')]]])).toHaveLength(1)
    expect(allowed.beyond([['nobody', [sent('UpdateItem', 'KEY#key')]]])).toHaveLength(1)
  })
})
