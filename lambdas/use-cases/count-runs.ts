import { addParts, type Block, emptyHour } from '../domain/figures/figures.ts'
import { sumOf, totalOf } from '../domain/figures/tally.ts'
import { floorTo, HOUR_MS, settledUpTo } from '../domain/figures/time-slot.ts'
import type { Clock } from '../ports/clock.ts'
import type { EndedRuns } from '../ports/ended-runs.ts'
import type { FiguresStore, Progress } from '../ports/figures-store.ts'
import type { Log } from '../ports/log.ts'
import type { TenantRegistry } from '../ports/tenant-registry.ts'
import { closeDays, countHours } from './count-hours.ts'
import { countLateRuns } from './count-late-runs.ts'
import { forEachAtOnce } from './for-each-at-once.ts'

export type CountRunsDeps = {
  readonly figures: FiguresStore
  readonly endedRuns: EndedRuns
  readonly tenants: TenantRegistry
  readonly clock: Clock
  readonly log: Log
  /** Tenants with so many runs in an hour are busy: their hours are counted while they go on. */
  readonly busyRuns: number
}

/** What one pass did. */
export type CountReport = {
  /** All hours before are counted, for all tenants. */
  readonly countedUpTo: number
  /** Late runs whose hours were counted anew. */
  readonly late: number
  /** Another pass has begun meanwhile and does the rest. */
  readonly superseded: boolean
}

/** Enough to wait for the table at the same time, few enough to leave it to others. */
const TENANTS_AT_ONCE = 8

/** From so many runs an hour on, readers should not have to count up to an hour of them each time. */
export const BUSY_RUNS = 2000

/**
 * Counts what has ended since the last pass: every tenant's whole hours, the service's, what is over of a busy tenant's
 * current hour, and hours in which runs ended late. Blocks are written anew from the runs themselves, never added to, so
 * that a pass may break off anywhere and another begin: the result is the same.
 */
export async function countRuns(deps: CountRunsDeps): Promise<CountReport> {
  const begun = await deps.figures.beginPass()
  const now = deps.clock()
  const settled = settledUpTo(now)
  const progress = await countWholeHours(deps, begun, floorTo(settled, HOUR_MS))
  if (!progress || !(await countOpenHours(deps, progress, settled))) return report(begun, 0, true)
  const late = await countLateRuns(deps, progress, now)
  return report(progress, late ?? 0, late === undefined)
}

const report = ({ countedUpTo }: Progress, late: number, superseded: boolean): CountReport => ({
  countedUpTo,
  late,
  superseded,
})

/** @returns how far it came, or undefined when another pass has begun. */
async function countWholeHours(deps: CountRunsDeps, begun: Progress, upTo: number): Promise<Progress | undefined> {
  const { pass, countedUpTo } = begun
  if (upTo <= countedUpTo) return begun
  const ofService = new Map<number, Block>()
  const busy: string[] = []
  const isDone = await forEachAtOnce(deps.tenants.every(), TENANTS_AT_ONCE, async (tenant) => {
    const hours: number[] = []
    for await (const hour of countHours(deps.endedRuns.between(tenant, countedUpTo, upTo), upTo)) {
      if (!(await deps.figures.write({ tenant }, hour, pass))) return false
      hours.push(hour.from)
      addHour(ofService, hour)
      if (hour.upTo === upTo && totalOf(sumOf(hour.slots.values())) >= deps.busyRuns) busy.push(tenant)
    }
    return closeDays(deps, { tenant }, [countedUpTo, ...hours], { pass, countedUpTo: upTo })
  })
  if (!isDone) return undefined
  for (const hour of ofService.values()) if (!(await deps.figures.write('SERVICE', hour, pass))) return undefined
  const reached = { pass, countedUpTo: upTo, busy }
  if (!(await closeDays(deps, 'SERVICE', [countedUpTo, ...ofService.keys()], reached))) return undefined
  return (await deps.figures.endPass(reached)) ? reached : undefined
}

function addHour(hours: Map<number, Block>, { from, upTo, slots }: Block): void {
  const sum = hours.get(from) ?? emptyHour(from, upTo)
  hours.set(from, sum)
  addParts(sum.slots, slots)
}

/** What is over of the hours that go on, for tenants who have so many runs that it matters. */
function countOpenHours(deps: CountRunsDeps, { pass, countedUpTo, busy }: Progress, settled: number): Promise<boolean> {
  if (settled <= countedUpTo) return Promise.resolve(true)
  return forEachAtOnce(busy, TENANTS_AT_ONCE, async (tenant) => {
    for await (const hour of countHours(deps.endedRuns.between(tenant, countedUpTo, settled), settled)) {
      if (!(await deps.figures.write({ tenant }, hour, pass))) return false
    }
    return true
  })
}
