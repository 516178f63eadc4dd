import { setImmediate } from 'node:timers/promises'
import { GetCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamoTenantEraser } from '../../lambdas/adapters/dynamodb/dynamo-tenant-eraser.ts'
import { emptyHour } from '../../lambdas/domain/figures/figures.ts'
import { forEachAtOnce } from '../../lambdas/use-cases/for-each-at-once.ts'
import { type FiguresWorld, startFiguresWorld } from '../support/figures-world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const START = Date.parse('2026-11-21T12:05:00Z')
const HOUR = START - 5 * MINUTE_MS

describe('counting runs', () => {
  let world: FiguresWorld
  let jobId: string
  const tenant = 'tenant-counted'
  beforeAll(async () => {
    world = await startFiguresWorld(new Date(START).toISOString())
    ;({ id: jobId } = await world.createJob(tenant))
  })
  afterAll(() => world.stop())

  const end = (plannedAt: number) => world.end({ tenant, jobId, plannedAt, status: 'SUCCEEDED', durationMs: 9 })
  const marks = () => Array.fromAsync(world.store.lateRuns())

  it('lets no pass write that another has followed', async () => {
    const { pass: first } = await world.store.beginPass()
    const { pass: second } = await world.store.beginPass()
    const block = emptyHour(HOUR - HOUR_MS, HOUR)
    expect(await world.store.write({ tenant }, block, second)).toBe(true)
    expect(await world.store.write({ tenant }, block, first)).toBe(false)
    expect(await world.store.writeBoth(tenant, block, block, first)).toBe(false)
    expect(await world.store.endPass({ pass: first, countedUpTo: HOUR, busy: [] })).toBe(false)
    expect((await world.store.progress()).countedUpTo).toBe(0)
  })

  it('leaves a late run noted until its record must be there', async () => {
    await world.count()
    await end(HOUR - 10 * MINUTE_MS)
    expect(await marks()).toHaveLength(1)
    world.moveTo(START + MINUTE_MS)
    expect(await world.count()).toMatchObject({ late: 0, countedUpTo: HOUR })
    expect(await marks()).toHaveLength(1)
    world.moveTo(START + 2 * MINUTE_MS)
    expect(await world.count()).toMatchObject({ late: 1 })
    expect(await marks()).toEqual([])
    expect((await world.stats(tenant)).runs.today.total).toBe(1)
  })

  it('leaves out a run that ends when others of its hour may soon be gone, and forgets none that it knows', async () => {
    const slot = HOUR - 6 * DAY_MS
    await end(slot + 1000)
    expect(await marks()).toEqual([])
    expect((await world.stats(tenant)).runs['7d'].total).toBe(1)
  })

  it('does not count an hour anew whose runs begin to expire, and says so', async () => {
    await world.breakOff({ tenant, jobId, plannedAt: HOUR - 7 * DAY_MS, status: 'SUCCEEDED', durationMs: 1 })
    world.moveTo(START + 20 * MINUTE_MS)
    expect(world.warnings).toEqual([])
    await world.count()
    expect(world.warnings).toEqual([expect.stringContaining('stay uncounted')])
    expect(await marks()).toEqual([])
  })

  it('keeps figures for more than 400 days', async () => {
    const from = HOUR - HOUR_MS
    const Key = { pk: `T#${tenant}#FIGURES`, sk: 'H#2026-11-21T11' }
    const { Item } = await world.table.client.send(new GetCommand({ TableName: world.table.name, Key }))
    expect(Item?.expiresAt).toBeGreaterThanOrEqual((from + 400 * DAY_MS) / 1000)
  })

  it('reads back more jobs than one row holds', async () => {
    const owner = { tenant: 'tenant-many' }
    const { pass } = await world.store.beginPass()
    const block = emptyHour(HOUR, HOUR + HOUR_MS)
    const tally = { counts: [1, 0, 0, 0, 0, 0, 0, 0], timed: 1, sumMs: 5, longestMs: 5, histogram: new Map() }
    for (let job = 0; job < 2500; job++)
      block.jobs.set(`01JXAMPE${String(job).padStart(18, '0')}`, new Map([[HOUR, tally]]))
    await world.store.write(owner, block, pass)
    const wanted = { span: 'HOUR', from: HOUR, to: HOUR + HOUR_MS } as const
    const [read] = await world.store.blocks(owner, { ...wanted, withJobs: true })
    expect(read).toEqual(block)
    const [inBrief] = await world.store.blocks(owner, { ...wanted, withJobs: false })
    expect(inBrief).toEqual({ ...block, jobs: new Map() })
  })

  it('forgets a tenant altogether', async () => {
    await end(HOUR - 3 * HOUR_MS)
    await dynamoTenantEraser(world.table).eraseRest(tenant)
    const all = { from: 0, to: HOUR + DAY_MS, withJobs: true }
    expect(await world.store.blocks({ tenant }, { span: 'HOUR', ...all })).toEqual([])
    expect(await marks()).toEqual([])
  })
})

describe('doing something for each at once', () => {
  it('has no more under way than asked for, and does all', async () => {
    let [under, most, done] = [0, 0, 0]
    const all = await forEachAtOnce(Array.from({ length: 20 }), 3, async () => {
      most = Math.max(most, ++under)
      await setImmediate()
      under--
      done++
      return true
    })
    expect({ all, most, done }).toEqual({ all: true, most: 3, done: 20 })
  })

  it('begins nothing more once one was refused or has failed', async () => {
    const begun: number[] = []
    const numbers = Array.from({ length: 20 }, (_, number) => number)
    const upTo = (last: number, then: () => boolean) => async (number: number) => {
      begun.push(number)
      return number < last || then()
    }
    expect(
      await forEachAtOnce(
        numbers,
        2,
        upTo(3, () => false),
      ),
    ).toBe(false)
    expect(begun.length).toBeLessThan(8)
    const failing = upTo(3, () => {
      throw new Error('no')
    })
    await expect(forEachAtOnce(numbers, 2, failing)).rejects.toThrow('no')
    expect(begun.length).toBeLessThan(16)
  })
})
