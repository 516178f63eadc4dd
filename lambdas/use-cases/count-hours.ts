import { type Block, countIn, dayOf, emptyHour, plannedOf } from '../domain/figures/figures.ts'
import type { EndedRun } from '../domain/figures/tally.ts'
import { DAY_MS, floorTo, HOUR_MS } from '../domain/figures/time-slot.ts'
import type { FiguresOwner, FiguresStore, Progress } from '../ports/figures-store.ts'

/** Hours from runs in order of their planned instants; none for hours without runs. @param upTo what the runs were read up to. */
export async function* countHours(runs: AsyncIterable<EndedRun>, upTo: number): AsyncGenerator<Block> {
  let hour: Block | undefined
  for await (const run of runs) {
    const from = floorTo(plannedOf(run).plannedAt, HOUR_MS)
    if (hour?.from !== from) {
      if (hour) yield hour
      hour = emptyHour(from, Math.min(from + HOUR_MS, upTo))
    }
    countIn(hour, run)
  }
  if (hour) yield hour
}

/** Sums up the hours of those days that are over. @param within instants in the days. @returns false for another pass. */
export async function closeDays(
  deps: { readonly figures: FiguresStore },
  owner: FiguresOwner,
  within: Iterable<number>,
  { pass, countedUpTo }: Pick<Progress, 'pass' | 'countedUpTo'>,
): Promise<boolean> {
  const days = new Set([...within].map((instant) => floorTo(instant, DAY_MS)))
  for (const day of days) {
    if (day + DAY_MS > countedUpTo) continue
    const hours = await deps.figures.blocks(owner, { span: 'HOUR', from: day, to: day + DAY_MS, withJobs: true })
    if (hours.length > 0 && !(await deps.figures.write(owner, dayOf(day, hours), pass))) return false
  }
  return true
}
