import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type RunFigures, runFigures } from '../../lambdas/domain/figures/figures-view.ts'
import { endedStatuses, sumOf } from '../../lambdas/domain/figures/tally.ts'
import { readServiceFigures } from '../../lambdas/use-cases/read-service-figures.ts'
import { Crash } from '../support/fault-line.ts'
import { daysBefore, exactFigures, localTime } from '../support/figures-oracle.ts'
import { type FiguresWorld, type MadeRun, startFiguresWorld } from '../support/figures-world.ts'

const MINUTE_MS = 60_000
const SLOT_MS = 15 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Whole, half and quarter hours, and clocks that change by one and by half an hour. */
const ZONES = ['UTC', 'Europe/Paris', 'America/St_Johns', 'Asia/Kolkata', 'Asia/Kathmandu', 'Australia/Lord_Howe']
/** A day or two before clocks change in one of them, or nowhere. */
const STARTS = ['2026-03-06T21:00Z', '2026-03-27T10:40Z', '2026-04-03T05:00Z', '2026-10-02T22:13Z', '2026-11-21T12:00Z']
const TENANTS = ['tenant-a', 'tenant-b'] as const
const JOBS = ['01JXAMPE00000000000000000A', '01JXAMPE00000000000000000B', '01JXAMPE00000000000000000C'] as const

const run = fc.record({
  tenant: fc.constantFrom(...TENANTS),
  jobId: fc.constantFrom(...JOBS),
  status: fc.constantFrom(...endedStatuses, 'SUCCEEDED', 'SUCCEEDED'),
  durationMs: fc.option(fc.integer({ min: 0, max: 40_000 })),
  lateMs: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: MINUTE_MS }) },
    fc.integer({ min: 0, max: 3 * HOUR_MS }),
    fc.integer({ min: 0, max: 5 * DAY_MS }),
  ),
})

const command = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('end'), run }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('break off'), run }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait'),
      ms: fc.oneof(
        fc.integer({ min: MINUTE_MS, max: 20 * MINUTE_MS }),
        fc.integer({ min: HOUR_MS, max: 4 * HOUR_MS }),
        fc.integer({ min: 10 * HOUR_MS, max: 30 * HOUR_MS }),
      ),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('count') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('crash'),
      effect: fc.nat(14),
      when: fc.constantFrom('before', 'after'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('count twice at once') }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('read'),
      tenant: fc.constantFrom(...TENANTS),
      timezone: fc.constantFrom(...ZONES),
      days: fc.integer({ min: 1, max: 12 }),
    }),
  },
)
type Command = typeof command extends fc.Arbitrary<infer Generated> ? Generated : never

/** Quantiles come out of a histogram; all else is exact. */
function expectFigures(found: Omit<RunFigures, 'p50DurationMs'> & Partial<RunFigures>, runs: readonly MadeRun[]) {
  const { p50DurationMs, p95DurationMs, longestDurationMs, ...exact } = exactFigures(runs)
  expect(found).toMatchObject(exact)
  for (const [quantile, value] of [
    [found.p50DurationMs, p50DurationMs],
    [found.p95DurationMs, p95DurationMs],
  ]) {
    if (value === null || value === undefined) expect(quantile).toBeNull()
    else expect(Math.abs((quantile ?? Number.NaN) - value)).toBeLessThanOrEqual(0.05 * value)
  }
  return longestDurationMs
}

async function expectAnalytics(
  world: FiguresWorld,
  runs: readonly MadeRun[],
  tenant: string,
  zone: string,
  days: number,
) {
  const today = localTime(zone, world.clock()).date
  const first = daysBefore(today, days - 1)
  const own = runs.filter((each) => each.tenant === tenant && localTime(zone, each.plannedAt).date >= first)
  const found = await world.analytics(tenant, days, zone)
  expectFigures(found.total, own)
  expect(found.perDay.map(({ date }) => date)).toEqual(
    Array.from({ length: days }, (_, index) => daysBefore(today, days - 1 - index)),
  )
  for (const { date, ...figures } of found.perDay) {
    expectFigures(
      figures,
      own.filter(({ plannedAt }) => localTime(zone, plannedAt).date === date),
    )
  }
  expect(found.perHour).toHaveLength(24)
  for (const { hour, ...figures } of found.perHour) {
    expectFigures(
      figures,
      own.filter(({ plannedAt }) => localTime(zone, plannedAt).hour === hour),
    )
  }
  expect(found.jobs.map(({ jobId }) => jobId).toSorted()).toEqual(
    [...new Set(own.map(({ jobId }) => jobId))].toSorted(),
  )
  for (const { jobId, longestDurationMs, ...job } of found.jobs) {
    const ofJob = exactFigures(own.filter((each) => each.jobId === jobId))
    const { total, byStatus, successRate, averageDurationMs } = ofJob
    expect(job).toMatchObject({ total, byStatus, successRate, averageDurationMs })
    expect(longestDurationMs).toBe(ofJob.longestDurationMs)
  }
}

async function expectStats(world: FiguresWorld, runs: readonly MadeRun[], tenant: string, zone: string) {
  const found = await world.stats(tenant, zone)
  for (const [period, days] of [
    ['today', 1],
    ['7d', 7],
    ['30d', 30],
  ] as const) {
    const first = daysBefore(localTime(zone, world.clock()).date, days - 1)
    const { from, ...figures } = found.runs[period]
    expectFigures(
      figures,
      runs.filter((each) => each.tenant === tenant && localTime(zone, each.plannedAt).date >= first),
    )
    expect(localTime(zone, Date.parse(from)).date).toBe(first)
  }
}

async function expectServiceFigures(world: FiguresWorld, runs: readonly MadeRun[]) {
  const oldest = runs.reduce((least, { plannedAt }) => Math.min(least, plannedAt), world.clock())
  // Begins within a day, an hour and a slot that are kept.
  const from = Math.floor((oldest + 7 * HOUR_MS) / SLOT_MS) * SLOT_MS
  const { slots, upTo } = await readServiceFigures({ figures: world.reading.figures }, from)
  expect(upTo).toBeGreaterThan(world.clock() - 2 * HOUR_MS)
  const counted = runs.filter(({ plannedAt }) => plannedAt >= from && plannedAt < upTo)
  expect([...slots.keys()].toSorted()).toEqual(
    [...new Set(counted.map(({ plannedAt }) => Math.floor(plannedAt / SLOT_MS) * SLOT_MS))].toSorted(),
  )
  expectFigures(runFigures(sumOf(slots.values())), counted)
}

/**
 * Longest that the counting is left undone, ms. A run that ends five days late has to be counted within the next two: then
 * others of its hour may have expired, and it stays uncounted, which is logged.
 */
const LONGEST_UNCOUNTED_MS = 44 * HOUR_MS

/** @param counting when all was counted last, epoch ms. */
async function carryOut(
  world: FiguresWorld,
  runs: MadeRun[],
  step: Command,
  counting: { last: number },
): Promise<void> {
  switch (step.kind) {
    case 'end':
    case 'break off': {
      const { lateMs, ...made } = step.run
      const plannedAt = world.clock() - lateMs
      if (step.kind === 'end') runs.push(await world.end({ ...made, plannedAt }))
      else await world.breakOff({ ...made, plannedAt })
      return
    }
    case 'wait':
      if (world.clock() + step.ms > counting.last + LONGEST_UNCOUNTED_MS) {
        await world.count()
        counting.last = world.clock()
      }
      return world.moveTo(world.clock() + step.ms)
    case 'count':
      await world.count()
      counting.last = world.clock()
      return
    case 'crash':
      world.faults.arm({ effect: step.effect, when: step.when })
      await world.count().catch((error: unknown) => {
        if (!(error instanceof Crash)) throw error
      })
      return world.faults.revive()
    case 'count twice at once':
      await Promise.all([world.count(), world.count()])
      return
    case 'read':
      await expectAnalytics(world, runs, step.tenant, step.timezone, step.days)
      return expectStats(world, runs, step.tenant, step.timezone)
  }
}

const HISTORIES = Number(process.env.FIGURES_HISTORIES ?? 12)

describe('figures', () => {
  it('are at every moment those of all runs that have ended, whatever the counting went through', {
    timeout: 3_600_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...STARTS),
        fc.constantFrom(1, 3, 100),
        fc.array(command, { minLength: 20, maxLength: 60 }),
        async (start, busyRuns, steps) => {
          const world = await startFiguresWorld(start, { busyRuns })
          try {
            for (const tenant of TENANTS) for (const id of JOBS) await world.createJob(tenant, { id })
            const runs: MadeRun[] = []
            const counting = { last: world.clock() }
            for (const step of steps) await carryOut(world, runs, step, counting)
            for (const tenant of TENANTS) await expectAnalytics(world, runs, tenant, 'America/St_Johns', 12)
            // Once all is counted, the kept blocks alone say the same.
            world.moveTo(world.clock() + 2 * HOUR_MS)
            await world.count()
            for (const tenant of TENANTS) await expectStats(world, runs, tenant, 'Asia/Kathmandu')
            expect(await Array.fromAsync(world.store.lateRuns())).toEqual([])
            await expectServiceFigures(world, runs)
          } finally {
            await world.stop()
          }
        },
      ),
      { numRuns: HISTORIES },
    )
  })
})
