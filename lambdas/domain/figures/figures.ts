import { parseRunId } from '../run/run-id.ts'
import { addTally, countRun, type EndedRun, emptyTally, type Tally } from './tally.ts'
import { DAY_MS, floorTo, HOUR_MS, SLOT_MS } from './time-slot.ts'

/** Tallies by the begin of the time that they count, epoch ms. */
export type Parts = Map<number, Tally>

/** The runs of a time, by slots, and those of each job by the same slots or, where days are kept, by UTC days. */
export type Figures = { readonly slots: Parts; readonly jobs: Map<string, Parts> }

/** Figures as they are kept: those of a whole UTC hour, or summed up from its hours those of a whole UTC day. */
export type Block = Figures & {
  readonly span: 'HOUR' | 'DAY'
  readonly from: number
  /** What is planned before it is counted; the end of the span but for an hour that goes on. */
  readonly upTo: number
}

export const spanMs = { HOUR: HOUR_MS, DAY: DAY_MS } as const

export const noFigures = (): Figures => ({ slots: new Map(), jobs: new Map() })

export const emptyHour = (from: number, upTo: number): Block => ({
  ...noFigures(),
  span: 'HOUR',
  from,
  upTo,
})

function tallyAt<Key>(tallies: Map<Key, Tally>, key: Key): Tally {
  const found = tallies.get(key)
  if (found) return found
  const made = emptyTally()
  tallies.set(key, made)
  return made
}

export function partsOf(jobs: Map<string, Parts>, jobId: string): Parts {
  const found = jobs.get(jobId)
  if (found) return found
  const made: Parts = new Map()
  jobs.set(jobId, made)
  return made
}

/** Counts a run in the slot that it was planned in. */
export function countIn({ slots, jobs }: Figures, run: EndedRun): void {
  const { plannedAt, jobId } = plannedOf(run)
  const slot = floorTo(plannedAt, SLOT_MS)
  countRun(tallyAt(slots, slot), run, true)
  countRun(tallyAt(partsOf(jobs, jobId), slot), run, false)
}

export function plannedOf({ id }: { readonly id: string }) {
  const parts = parseRunId(id)
  if (!parts) throw new Error(`A stored run has the id "${id}", which is not a run's id`)
  return parts
}

/** Adds parts of a time to those of another, e.g. of a tenant to those of the service. */
export function addParts(parts: Parts, others: Parts): void {
  for (const [from, tally] of others) addTally(tallyAt(parts, from), tally)
}

/** Takes from `parts` what was counted before and adds what is counted now, of the same runs and more. */
export function replaceParts(parts: Parts, before: Parts, after: Parts): void {
  for (const [from, tally] of before) addTally(tallyAt(parts, from), tally, -1)
  addParts(parts, after)
}

/** A day's block from those of its hours, whose jobs it keeps by the day. */
export function dayOf(day: number, hours: readonly Block[]): Block {
  const { slots, jobs } = noFigures()
  for (const hour of hours) {
    addParts(slots, hour.slots)
    for (const [jobId, parts] of hour.jobs) {
      for (const tally of parts.values()) addTally(tallyAt(partsOf(jobs, jobId), day), tally)
    }
  }
  return { span: 'DAY', from: day, upTo: day + DAY_MS, slots, jobs }
}
