import { describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { ManualClock } from '../../../local/clock.ts'
import { provisionTables } from '../../../local/dynamodb/provision-tables.ts'
import { TimeToLive } from '../../../local/dynamodb/time-to-live.ts'
import { startEngine, tableDefinition } from './table-fixture.ts'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const MINUTE = 60_000

const Scanned = z.object({ Items: z.array(z.object({ pk: z.object({ S: z.string() }) })) })

async function startTable() {
  const client = await startEngine()
  const tables = [tableDefinition({ timeToLiveAttribute: 'expiresAt' }), tableDefinition({ name: 'forever' })]
  await provisionTables(client, tables)
  const clock = new ManualClock(NOW)
  const timeToLive = new TimeToLive({ client, tables, clock, log: () => {} })
  onTestFinished(() => timeToLive.close())
  const put = (pk: string, expiresAt?: object, TableName = 'things') =>
    client.call('PutItem', { TableName, Item: { pk: { S: pk }, ...(expiresAt && { expiresAt }) } }, z.unknown())
  const left = async (TableName = 'things') => {
    const { Items } = await client.call('Scan', { TableName }, Scanned)
    return Items.map(({ pk }) => pk.S).toSorted()
  }
  return { timeToLive, clock, put, left }
}

const atEpochSecond = (ms: number) => ({ N: String(ms / 1000) })

describe('TimeToLive', () => {
  it('deletes what has expired, and nothing else', async () => {
    const { timeToLive, put, left } = await startTable()
    await put('expired', atEpochSecond(NOW - 1000))
    await put('of this second', atEpochSecond(NOW))
    await put('later', atEpochSecond(NOW + 1000))
    await put('never')
    await put('no number', { S: '1' })
    await put('expired', atEpochSecond(NOW - 1000), 'forever')
    expect(await timeToLive.sweep()).toBe(1)
    expect(await left()).toEqual(['later', 'never', 'no number', 'of this second'])
    expect(await left('forever')).toEqual(['expired'])
  })

  it('reads large tables page by page', async () => {
    const { timeToLive, put, left } = await startTable()
    for (let n = 0; n < 501; n++) await put(String(n), atEpochSecond(NOW - 1000))
    await put('kept')
    expect(await timeToLive.sweep()).toBe(501)
    expect(await left()).toEqual(['kept'])
  })

  it('sweeps every ten minutes', async () => {
    const { timeToLive, clock, put, left } = await startTable()
    timeToLive.start()
    await put('first', atEpochSecond(NOW))
    await clock.moveTo(NOW + 10 * MINUTE - 1)
    expect(await left()).toEqual(['first'])
    await clock.moveTo(NOW + 10 * MINUTE)
    expect(await left()).toEqual([])
    await put('second', atEpochSecond(NOW + 10 * MINUTE))
    await clock.moveTo(NOW + 20 * MINUTE)
    expect(await left()).toEqual([])
  })
})
