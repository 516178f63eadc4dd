import type { Figures } from './figures.ts'
import { type RunTrend, runFigures } from './figures-view.ts'
import { type LocalDays, lastLocalDays } from './local-time.ts'
import type { RunPeriods } from './stats-view.ts'
import { addTally, emptyTally, sumOf, type Tally } from './tally.ts'

type Slots = Pick<Figures, 'slots'>

const HOURS = Array.from({ length: 24 }, (_, hour) => hour)

/** How many days, today included, each period at a glance has. */
const PERIOD_DAYS = { today: 1, '7d': 7, '30d': 30 } as const

/** When the longest of the periods begins, epoch ms. */
export const periodsFrom = (timezone: string, now: number): number =>
  lastLocalDays(timezone, now, PERIOD_DAYS['30d']).from

/** Runs of today, of 7 and of 30 days. @param figures at least from `periodsFrom` on. */
export function runPeriods(figures: Slots, timezone: string, now: number): RunPeriods {
  const period = (days: number) => {
    const { from } = lastLocalDays(timezone, now, days)
    return { from: new Date(from).toISOString(), ...runFigures(sumSlots(figures, (slot) => slot >= from)) }
  }
  return { today: period(PERIOD_DAYS.today), '7d': period(PERIOD_DAYS['7d']), '30d': period(PERIOD_DAYS['30d']) }
}

/** Runs altogether, by each of the days and by the hours of the day. */
export function runTrend(figures: Slots, { dates, dateOf, hourOf }: LocalDays): RunTrend {
  const byDate = sumsBy(figures, dateOf)
  const byHour = sumsBy(figures, hourOf)
  return {
    total: runFigures(sumSlots(figures)),
    perDay: dates.map((date) => ({ date, ...runFigures(byDate.get(date) ?? emptyTally()) })),
    perHour: HOURS.map((hour) => ({ hour, ...runFigures(byHour.get(hour) ?? emptyTally()) })),
  }
}

/** The sum of the slots that `isWanted` lets through. */
function sumSlots({ slots }: Slots, isWanted: (slot: number) => boolean = () => true): Tally {
  return sumOf(slots.entries().flatMap(([slot, tally]) => (isWanted(slot) ? [tally] : [])))
}

/** The sums of slots by what they have in common. */
function sumsBy<Group>({ slots }: Slots, groupOf: (slot: number) => Group): ReadonlyMap<Group, Tally> {
  const sums = new Map<Group, Tally>()
  for (const [slot, tally] of slots) {
    const group = groupOf(slot)
    const sum = sums.get(group) ?? emptyTally()
    addTally(sum, tally)
    sums.set(group, sum)
  }
  return sums
}
