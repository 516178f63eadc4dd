import type { Figures } from '../domain/figures/figures.ts'
import { ceilTo, DAY_MS, floorTo, HOUR_MS } from '../domain/figures/time-slot.ts'
import type { FiguresReader } from '../ports/figures-store.ts'

export type ServiceFigures = Pick<Figures, 'slots'> & {
  /** What was planned later, or ended late a moment ago, is not counted yet; epoch ms. */
  readonly upTo: number
}

/**
 * The runs of all tenants together, up to the last whole hour that has been counted; users who were deleted since are
 * still in it. @param from epoch ms.
 */
export async function readServiceFigures(
  { figures }: { readonly figures: FiguresReader },
  from: number,
): Promise<ServiceFigures> {
  const { countedUpTo } = await figures.progress()
  const firstDay = ceilTo(from, DAY_MS)
  const endOfDays = Math.max(firstDay, floorTo(countedUpTo, DAY_MS))
  const read = (span: 'HOUR' | 'DAY', begin: number, to: number) =>
    figures.blocks('SERVICE', { span, from: begin, to, withJobs: false })
  const blocks = await Promise.all([
    read('HOUR', floorTo(from, HOUR_MS), firstDay),
    read('DAY', firstDay, endOfDays),
    read('HOUR', endOfDays, countedUpTo),
  ])
  const slots = blocks.flat().flatMap((block) => [...block.slots])
  // Hours that a pass has written but not finished are not counted for all tenants yet.
  return { slots: new Map(slots.filter(([slot]) => slot >= from && slot < countedUpTo)), upTo: countedUpTo }
}
