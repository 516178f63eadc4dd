import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jobItem } from '../../lambdas/adapters/dynamodb/job-item.ts'
import { runItem } from '../../lambdas/adapters/dynamodb/rows.ts'
import { type Block, emptyHour } from '../../lambdas/domain/figures/figures.ts'
import { emptyTally, type Tally } from '../../lambdas/domain/figures/tally.ts'
import type { Run } from '../../lambdas/domain/run/run.ts'
import { occurrenceRunId } from '../../lambdas/domain/run/run-id.ts'
import type { FiguresOwner } from '../../lambdas/ports/figures-store.ts'
import { forEachAtOnce } from '../../lambdas/use-cases/for-each-at-once.ts'
import { someJob } from '../contracts/job-store.ts'
import { type FiguresWorld, startFiguresWorld } from '../support/figures-world.ts'

const MINUTE_MS = 60_000
const SLOT_MS = 15 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const NOW = Date.parse('2026-11-21T12:17:00Z')
const HOUR = Math.floor(NOW / HOUR_MS) * HOUR_MS
const TODAY = Math.floor(NOW / DAY_MS) * DAY_MS
/** Its days begin at five o'clock UTC: nineteen hours of the first day are read by the hour. */
const ZONE = 'America/New_York'
const JOBS = 1000
const BUCKETS = 40

let world: FiguresWorld
beforeAll(async () => {
  world = await startFiguresWorld(new Date(NOW).toISOString())
})
afterAll(() => world.stop())

async function putAll(items: readonly object[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(items.length / 25) }, (_, batch) =>
    items.slice(batch * 25, batch * 25 + 25).map((Item) => ({ PutRequest: { Item } })),
  )
  await forEachAtOnce(batches, 8, async (requests) => {
    await world.table.client.send(new BatchWriteCommand({ RequestItems: { [world.table.name]: requests } }))
    return true
  })
}

const jobId = (number: number) => `01JXAMPE0${String(number).padStart(17, '0')}`

const putJobs = (tenant: string, count: number) =>
  putAll(
    Array.from({ length: count }, (_, number) =>
      jobItem({ ...someJob(tenant, { name: `Sync of customer ${number}` }), id: jobId(number) }),
    ),
  )

/** So many runs, one in thirty of which failed, with durations all over the place. */
function tallyOf(runs: number, withHistogram: boolean): Tally {
  const failed = Math.floor(runs / 30)
  const tally = { ...emptyTally(), timed: runs, sumMs: runs * 351, longestMs: 29_876 }
  tally.counts[0] = runs - failed
  tally.counts[1] = failed
  for (let run = 0; withHistogram && run < Math.min(runs, BUCKETS); run++) {
    tally.histogram.set(40 + run, Math.ceil(runs / Math.min(runs, BUCKETS)))
  }
  return tally
}

/** A block of a tenant whose jobs have `daily` runs a day altogether. */
function blockOf(span: Block['span'], from: number, upTo: number, daily: number): Block {
  const slots = Array.from({ length: (upTo - from) / SLOT_MS }, (_, index) => from + index * SLOT_MS)
  const perSlot = daily / 96
  // A job that runs less often than every slot is in some of them only.
  const isIn = (job: number, slot: number) =>
    perSlot >= JOBS || (job + slot / SLOT_MS) % Math.ceil(JOBS / perSlot) === 0
  const partsOf = (job: number): readonly number[] =>
    span === 'DAY' ? [from] : slots.filter((slot) => isIn(job, slot))
  const perPart = span === 'DAY' ? daily / JOBS : Math.max(1, perSlot / JOBS)
  return {
    ...emptyHour(from, upTo),
    span,
    slots: new Map(slots.map((slot) => [slot, tallyOf(Math.round(perSlot), true)])),
    jobs: new Map(
      Array.from({ length: JOBS }, (_, job) => [
        jobId(job),
        new Map(partsOf(job).map((part) => [part, tallyOf(Math.round(perPart), false)])),
      ]),
    ),
  }
}

/** What counting has kept of a month; of jobs only where a week's figures read them, which is most of the work. */
async function keepMonth(owner: FiguresOwner, daily: number, pass: number): Promise<void> {
  const firstDays = [TODAY - 29 * DAY_MS, TODAY - 6 * DAY_MS]
  const write = (block: Block) => {
    const jobs = owner !== 'SERVICE' && block.from >= TODAY - 6 * DAY_MS ? block.jobs : new Map()
    return world.store.write(owner, { ...block, jobs }, pass)
  }
  for (let day = TODAY - 29 * DAY_MS; day < TODAY; day += DAY_MS) {
    if (day !== firstDays[0]) await write(blockOf('DAY', day, day + DAY_MS, daily))
  }
  for (const [from, to] of [
    ...firstDays.map((day) => [day + 5 * HOUR_MS, day + DAY_MS] as const),
    [TODAY, HOUR] as const,
  ]) {
    for (let hour = from; hour < to; hour += HOUR_MS) await write(blockOf('HOUR', hour, hour + HOUR_MS, daily))
  }
}

/** Records of runs between two instants, evenly. */
const putRuns = (tenant: string, from: number, to: number, count: number, jobs = JOBS) =>
  putAll(
    Array.from({ length: count }, (_, run) => {
      const plannedAt = Math.floor(from + ((to - from) * run) / count)
      const record: Run = {
        tenant,
        id: occurrenceRunId(jobId(run % jobs), plannedAt),
        jobName: 'sync',
        status: 'SUCCEEDED',
        startedAt: plannedAt + 400,
        finishedAt: plannedAt + 750,
        reason: null,
        attempts: [],
        request: null,
        response: null,
        expiresAt: plannedAt + 7 * DAY_MS,
      }
      return runItem(record, 1)
    }),
  )

async function unitsOf(read: () => Promise<unknown>): Promise<number> {
  world.consumed.reset()
  await read()
  return world.consumed.units.read
}

describe('what figures cost', () => {
  it('is as much to read for ten million runs of a thousand jobs as for a million', { timeout: 120_000 }, async () => {
    const { pass } = await world.store.beginPass()
    const runsOf = { 'tenant-million': 1_000_000, 'tenant-ten-million': 10_000_000 } as const
    const measured = []
    for (const [tenant, monthly] of Object.entries(runsOf)) {
      const daily = monthly / 30
      await putJobs(tenant, JOBS)
      await keepMonth({ tenant }, daily, pass)
      // A busy tenant's hour is counted while it goes on.
      const isBusy = monthly > 1_000_000
      const openSince = isBusy ? HOUR + SLOT_MS : HOUR
      if (isBusy) await world.store.write({ tenant }, blockOf('HOUR', HOUR, openSince, daily), pass)
      await putRuns(tenant, openSince, NOW, Math.round((daily * (NOW - openSince)) / DAY_MS))
      await world.store.endPass({ pass, countedUpTo: HOUR, busy: [] })
      const stats = await world.stats(tenant, ZONE)
      expect(stats.runs['30d'].total).toBeGreaterThan(0.92 * monthly)
      expect(stats.jobs.byStatus.ACTIVE).toBe(JOBS)
      expect((await world.analytics(tenant, 7, ZONE)).total.total).toBe(stats.runs['7d'].total)
      measured.push({
        stats: await unitsOf(() => world.stats(tenant, ZONE)),
        week: await unitsOf(() => world.analytics(tenant, 7, ZONE)),
      })
    }
    const [million, tenMillion] = measured
    // At $0.125 a million read units, $0.00002 and $0.00005.
    expect(million?.stats).toBeLessThan(150)
    expect(million?.week).toBeLessThan(375)
    // Ten times the runs are in more of the slots, but there are no more slots than that.
    expect(tenMillion?.stats).toBeLessThan(180)
    expect(tenMillion?.week).toBeLessThan(650)
  })
})

describe("what the service's figures cost", () => {
  it('does not grow with the jobs of its tenants, and hardly with their runs', { timeout: 120_000 }, async () => {
    const before = world
    world = await startFiguresWorld(new Date(NOW).toISOString())
    const measured = []
    for (const [monthly, jobs] of [
      [10_000_000, 20],
      [100_000_000, 200],
    ] as const) {
      for (let job = 0; job < jobs; job++) await world.createJob(`tenant-${job % 10}`)
      const { pass } = await world.store.beginPass()
      await keepMonth('SERVICE', monthly / 30, pass)
      await world.store.endPass({ pass, countedUpTo: HOUR, busy: [] })
      const stats = await world.serviceStats(ZONE)
      expect(stats.runs['30d'].total).toBeGreaterThan(0.92 * monthly)
      expect((await world.serviceAnalytics(7, ZONE)).total.total).toBe(stats.runs['7d'].total)
      measured.push({
        stats: await unitsOf(() => world.serviceStats(ZONE)),
        week: await unitsOf(() => world.serviceAnalytics(7, ZONE)),
      })
    }
    await world.stop()
    world = before
    // Half a unit for each of ten tenants; the rest are tallies by the quarter of an hour.
    const [ten, hundred] = measured
    expect(ten?.stats).toBeLessThan(130)
    expect(ten?.week).toBeLessThan(130)
    expect(hundred?.stats).toBeLessThan((ten?.stats ?? 0) + 20)
    expect(hundred?.week).toBeLessThan((ten?.week ?? 0) + 20)
  })
})

describe('what counting costs', () => {
  let before: FiguresWorld
  let counted: FiguresWorld
  beforeAll(async () => {
    before = world
    counted = await startFiguresWorld('2026-11-21T11:05:00Z')
    world = counted
    await counted.createJob('tenant-fifty')
    await counted.count()
  })
  afterAll(() => {
    world = before
    return counted.stop()
  })

  async function costOf(count: () => Promise<unknown>) {
    counted.consumed.reset()
    await count()
    return { ...counted.consumed.units }
  }

  it('is next to nothing for each run: fifty jobs every five minutes', async () => {
    await putRuns('tenant-fifty', HOUR - HOUR_MS, HOUR, 600, 50)
    counted.moveTo(HOUR + 5 * MINUTE_MS)
    const { read, write } = await costOf(() => counted.count())
    expect((await counted.stats('tenant-fifty')).runs.today.total).toBe(600)
    expect(write / 600).toBeLessThan(0.02)
    expect(read / 600).toBeLessThan(0.05)
  })

  it('is half a read unit an hour for a tenant without runs', async () => {
    counted.moveTo(HOUR + HOUR_MS + 5 * MINUTE_MS)
    const before = await costOf(() => counted.count())
    for (let tenant = 0; tenant < 10; tenant++) await counted.createJob(`tenant-idle-${tenant}`)
    counted.moveTo(HOUR + 2 * HOUR_MS + 5 * MINUTE_MS)
    const after = await costOf(() => counted.count())
    expect(after.write).toBe(before.write)
    expect(after.read - before.read).toBeLessThanOrEqual(0.5 * 10 + 4)
  })

  it('is some read units and a write when there is nothing to count', async () => {
    counted.moveTo(HOUR + 2 * HOUR_MS + 20 * MINUTE_MS)
    expect(await costOf(() => counted.count())).toEqual({ read: expect.closeTo(8, 0), write: 1 })
  })

  it('spares readers of a busy tenant the runs of the hour that goes on', async () => {
    const begin = HOUR + 3 * HOUR_MS
    await counted.createJob('tenant-busy')
    await putRuns('tenant-busy', begin - HOUR_MS, begin, 100)
    counted.moveTo(begin + 5 * MINUTE_MS)
    await counted.count()
    await putRuns('tenant-busy', begin, begin + 17 * MINUTE_MS, 400)
    counted.moveTo(begin + 17 * MINUTE_MS)
    const read = () => unitsOf(() => counted.analytics('tenant-busy', 1))
    const uncounted = await read()
    await counted.count()
    expect(await read()).toBeLessThan(uncounted / 1.5)
    expect((await counted.stats('tenant-busy')).runs.today.total).toBe(500)
    const late = { tenant: 'tenant-busy', jobId: jobId(1), plannedAt: begin + 7 * MINUTE_MS, durationMs: 9 } as const
    await counted.end({ ...late, status: 'FAILED' })
    expect((await counted.stats('tenant-busy')).runs.today).toMatchObject({ total: 501, byStatus: { FAILED: 1 } })
  })
})
