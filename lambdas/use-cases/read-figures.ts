import { type Block, countIn, type Figures, noFigures, partsOf, plannedOf } from '../domain/figures/figures.ts'
import { ceilTo, DAY_MS, floorTo, HOUR_MS, isRecountable, SLOT_MS } from '../domain/figures/time-slot.ts'
import type { Clock } from '../ports/clock.ts'
import type { EndedRuns } from '../ports/ended-runs.ts'
import type { FiguresReader } from '../ports/figures-store.ts'

export type ReadFiguresDeps = {
  readonly figures: FiguresReader
  readonly endedRuns: EndedRuns
  readonly clock: Clock
}

/** Slots with late runs that are counted while somebody waits; others show what they were a quarter of an hour ago at most. */
const MOST_RECOUNTED = 24

type Wanted = {
  /** Begin of a slot, epoch ms. */
  readonly from: number
  readonly withJobs: boolean
}

/**
 * A tenant's figures from an instant up to now: whole days as they are kept, the rest by the hour, and what has not been
 * counted yet from the runs themselves, so that a run is there as soon as it has ended.
 */
export async function readFigures(deps: ReadFiguresDeps, tenant: string, wanted: Wanted): Promise<Figures> {
  const [{ countedUpTo }, late] = await Promise.all([deps.figures.progress(), lateSlots(deps, tenant, wanted.from)])
  const blocks = await keptBlocks(deps, tenant, wanted, { countedUpTo, late })
  const keptUpTo = blocks.reduce((upTo, block) => (block.from === upTo ? block.upTo : upTo), countedUpTo)
  const counted = blocks.filter(({ from }) => from < keptUpTo)
  const figures = joined(counted)
  for (const slot of late) if (slot < keptUpTo) await recountSlot(deps, tenant, slot, figures)
  for await (const run of deps.endedRuns.between(tenant, Math.max(keptUpTo, wanted.from))) countIn(figures, run)
  return since(figures, wanted.from)
}

/** The newest slots in which runs ended after the slot was counted. */
async function lateSlots(
  { figures, clock }: ReadFiguresDeps,
  tenant: string,
  from: number,
): Promise<readonly number[]> {
  const runs = await figures.lateRunsOf(tenant)
  const slots = new Set(runs.map(({ runId }) => floorTo(plannedOf({ id: runId }).plannedAt, SLOT_MS)))
  return [...slots]
    .filter((slot) => slot >= from && isRecountable(slot, clock()))
    .sort((a, b) => b - a)
    .slice(0, MOST_RECOUNTED)
}

type Known = { readonly countedUpTo: number; readonly late: readonly number[] }

/** Days wherever all of one is wanted and none of it is late, hours elsewhere; in order, hours after days. */
async function keptBlocks({ figures, clock }: ReadFiguresDeps, tenant: string, wanted: Wanted, known: Known) {
  const { from, withJobs } = wanted
  const lateDays = new Set(known.late.map((slot) => floorTo(slot, DAY_MS)))
  const firstDay = ceilTo(from, DAY_MS)
  const endOfDays = Math.max(firstDay, floorTo(known.countedUpTo, DAY_MS))
  const read = (span: Block['span'], begin: number, to: number) =>
    figures.blocks({ tenant }, { span, from: begin, to, withJobs })
  const [days, ...hours] = await Promise.all([
    read('DAY', firstDay, endOfDays),
    read('HOUR', floorTo(from, HOUR_MS), firstDay),
    ...[...lateDays].filter((day) => day >= firstDay && day < endOfDays).map((day) => read('HOUR', day, day + DAY_MS)),
    read('HOUR', endOfDays, clock() + DAY_MS),
  ])
  return [...days.filter((day) => !lateDays.has(day.from)), ...hours.flat()]
}

/** All blocks as one. No two of them have a slot in common, so that what one has is taken as it is. */
function joined(blocks: readonly Block[]): Figures {
  const { slots, jobs } = noFigures()
  for (const block of blocks) {
    for (const [slot, tally] of block.slots) slots.set(slot, tally)
    for (const [jobId, parts] of block.jobs) {
      const own = partsOf(jobs, jobId)
      for (const [from, tally] of parts) own.set(from, tally)
    }
  }
  return { slots, jobs }
}

async function recountSlot({ endedRuns }: ReadFiguresDeps, tenant: string, slot: number, figures: Figures) {
  figures.slots.delete(slot)
  for (const parts of figures.jobs.values()) parts.delete(slot)
  for await (const run of endedRuns.between(tenant, slot, slot + SLOT_MS)) countIn(figures, run)
}

/** The hour that the wanted time begins in may have begun before. */
function since({ slots, jobs }: Figures, from: number): Figures {
  for (const parts of [slots, ...jobs.values()]) for (const begin of parts.keys()) if (begin < from) parts.delete(begin)
  return { slots, jobs }
}
