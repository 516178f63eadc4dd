import { GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamoPlanStore } from '../../../lambdas/adapters/dynamodb/plan-store.ts'
import { dynamoRequestCounter } from '../../../lambdas/adapters/dynamodb/request-counter.ts'
import type { Table } from '../../../lambdas/adapters/dynamodb/table.ts'
import type { Requester } from '../../../lambdas/domain/account/request-quota.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'

const FIRST = Date.parse('2027-01-31T08:00:00Z')
const NEXT = FIRST + 60_000

describe('dynamoRequestCounter', () => {
  let started: StartedTable
  let table: Table
  let made = 0
  beforeAll(async () => {
    started = await startTable()
    table = { client: started.client, name: started.tableName }
  })
  afterAll(() => started.stop())

  const tenant = (): Requester & { kind: 'tenant' } => ({ kind: 'tenant', tenant: `tenant-${made++}` })
  const reserve = (requester: Requester, startsAt: number, requests: number, isNew = false) =>
    dynamoRequestCounter(table).reserve(requester, { startsAt, isNew }, requests)

  it('adds up what is reserved in a window, whatever the hint says', async () => {
    const ada = tenant()
    expect(await reserve(ada, FIRST, 10, true)).toEqual({ reserved: 10, plan: undefined })
    expect(await reserve(ada, FIRST, 5, true)).toEqual({ reserved: 15, plan: undefined })
    expect(await reserve(ada, FIRST, 5, false)).toEqual({ reserved: 20, plan: undefined })
    const bob = tenant()
    expect(await reserve(bob, FIRST, 1, false)).toEqual({ reserved: 1, plan: undefined })
  })

  it('begins anew with the next window, and counts whose clock is behind with it', async () => {
    const ada = tenant()
    await reserve(ada, FIRST, 10)
    expect(await reserve(ada, NEXT, 1)).toMatchObject({ reserved: 1 })
    expect(await reserve(ada, FIRST, 1)).toMatchObject({ reserved: 2 })
    expect(await reserve(ada, FIRST, 1, true)).toMatchObject({ reserved: 3 })
  })

  it('loses none of many reservations at once', async () => {
    const ada = tenant()
    const all = await Promise.all(Array.from({ length: 40 }, (_, n) => reserve(ada, FIRST, 3, n % 2 === 0)))
    expect(all.map(({ reserved }) => reserved).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 40 }, (_, n) => 3 * (n + 1)),
    )
  })

  it('knows the plan that a tenant has chosen, before and after the first request', async () => {
    const ada = tenant()
    const plans = dynamoPlanStore(table)
    await plans.change(ada.tenant, 'PRO')
    expect(await reserve(ada, FIRST, 1, true)).toEqual({ reserved: 1, plan: 'PRO' })
    await plans.change(ada.tenant, 'FREE')
    expect(await reserve(ada, FIRST, 1)).toEqual({ reserved: 2, plan: 'FREE' })
  })

  it('forgets sources by time to live, and never writes down an address', async () => {
    await reserve({ kind: 'source', source: '203.0.113.77' }, FIRST, 1, true)
    const { Items = [] } = await started.client.send(new ScanCommand({ TableName: table.name }))
    const sources = Items.filter(({ pk }) => String(pk).startsWith('RATE#S#'))
    expect(sources).toMatchObject([{ expiresAt: FIRST / 1000 + 120 }])
    expect(JSON.stringify(Items)).not.toContain('203.0.113')
  })

  it('keeps the row of a tenant, which knows its plan', async () => {
    const ada = tenant()
    await reserve(ada, FIRST, 1, true)
    const Key = { pk: `RATE#T#${ada.tenant}`, sk: 'RATE' }
    const { Item } = await started.client.send(new GetCommand({ TableName: table.name, Key }))
    expect(Item).toEqual({ ...Key, windowAt: FIRST, reserved: 1 })
  })
})
