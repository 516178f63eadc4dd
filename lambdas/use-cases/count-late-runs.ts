import { type Block, emptyHour, plannedOf, replaceParts } from '../domain/figures/figures.ts'
import { floorTo, HOUR_MS, isRecountable, SETTLING_MS } from '../domain/figures/time-slot.ts'
import type { FiguresOwner, LateRun, Progress } from '../ports/figures-store.ts'
import { closeDays, countHours } from './count-hours.ts'
import type { CountRunsDeps } from './count-runs.ts'

type LateHour = { readonly tenant: string; readonly hour: number; readonly runs: LateRun[] }

/**
 * Counts hours anew in which runs ended after they had been counted. That they were late is forgotten last: a pass that
 * breaks off before does no more than count once too often.
 * @param begunAt when the pass began: all that it has counted was read later; epoch ms.
 * @returns how many runs, or undefined when another pass has begun.
 */
export async function countLateRuns(
  deps: CountRunsDeps,
  progress: Progress,
  begunAt: number,
): Promise<number | undefined> {
  const late = await lateHours(deps, begunAt - SETTLING_MS)
  const counted = late.filter(({ hour }) => hour < progress.countedUpTo)
  for (const hour of counted) if (!(await recount(deps, hour, progress))) return undefined
  const hours = counted.map(({ hour }) => hour)
  if (!(await closeDays(deps, 'SERVICE', hours, progress))) return undefined
  // Those of hours that have not been counted yet are counted with them.
  for (const run of late.flatMap(({ runs }) => runs)) await deps.figures.settle(run)
  return counted.reduce((sum, { runs }) => sum + runs.length, 0)
}

/** Late runs by tenant and hour, but for those whose records may still be on their way. */
async function lateHours({ figures }: CountRunsDeps, notedUpTo: number): Promise<readonly LateHour[]> {
  const hours = new Map<string, LateHour>()
  for await (const late of figures.lateRuns()) {
    if (late.notedAt > notedUpTo) continue
    const hour = floorTo(plannedOf({ id: late.runId }).plannedAt, HOUR_MS)
    const key = `${late.tenant} ${hour}`
    const found = hours.get(key) ?? { tenant: late.tenant, hour, runs: [] }
    hours.set(key, found)
    found.runs.push(late)
  }
  return [...hours.values()]
}

async function recount(deps: CountRunsDeps, late: LateHour, progress: Progress): Promise<boolean> {
  const { tenant, hour } = late
  if (!isRecountable(hour, deps.clock())) {
    deps.log.warn('late runs stay uncounted: others of their hour may have expired', { tenant, runs: late.runs.length })
    return true
  }
  const [before, ofService] = await Promise.all([hourOf(deps, { tenant }, hour), hourOf(deps, 'SERVICE', hour)])
  const after = await countedAnew(deps, tenant, hour)
  replaceParts(ofService.slots, before.slots, after.slots)
  if (!(await deps.figures.writeBoth(tenant, after, ofService, progress.pass))) return false
  return closeDays(deps, { tenant }, [hour], progress)
}

async function hourOf({ figures }: CountRunsDeps, owner: FiguresOwner, hour: number): Promise<Block> {
  const [found] = await figures.blocks(owner, { span: 'HOUR', from: hour, to: hour + HOUR_MS, withJobs: false })
  return found ?? emptyHour(hour, hour + HOUR_MS)
}

async function countedAnew({ endedRuns }: CountRunsDeps, tenant: string, hour: number): Promise<Block> {
  const end = hour + HOUR_MS
  for await (const block of countHours(endedRuns.between(tenant, hour, end), end)) return block
  return emptyHour(hour, end)
}
