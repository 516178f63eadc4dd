import type { RunStatus } from '../run/run.ts'
import { bucketOf, type Histogram } from './duration-histogram.ts'

/** The statuses that a run can end with. Figures are kept by their places in this list: new ones go to its end. */
export const endedStatuses = [
  'SUCCEEDED',
  'FAILED',
  'TIMED_OUT',
  'CANCELLED',
  'SKIPPED',
  'MISSED',
  'UNDELIVERED',
  'LOST',
] as const satisfies readonly RunStatus[]
export type EndedStatus = (typeof endedStatuses)[number]

/** What figures need to know of a run; job and planned instant are in its id. */
export type EndedRun = {
  readonly id: string
  readonly status: EndedStatus
  /** Null for a run whose target was not called. */
  readonly durationMs: number | null
}

/** What is known of many runs together. Adding to it changes it: there are as many additions as runs. */
export type Tally = {
  /** By place in `endedStatuses`. */
  readonly counts: number[]
  /** How many runs have a duration, their sum and the longest. */
  timed: number
  sumMs: number
  longestMs: number
  /** Empty in what is kept of single jobs. */
  readonly histogram: Histogram
}

export const emptyTally = (): Tally => ({
  counts: endedStatuses.map(() => 0),
  timed: 0,
  sumMs: 0,
  longestMs: 0,
  histogram: new Map(),
})

/** Counts a run. `withHistogram` says whether its duration is kept for quantiles. */
export function countRun(tally: Tally, { status, durationMs }: EndedRun, withHistogram: boolean): void {
  const place = endedStatuses.indexOf(status)
  tally.counts[place] = (tally.counts[place] ?? 0) + 1
  if (durationMs === null) return
  tally.timed += 1
  tally.sumMs += durationMs
  tally.longestMs = Math.max(tally.longestMs, durationMs)
  if (withHistogram) addTo(tally.histogram, bucketOf(durationMs), 1)
}

function addTo(histogram: Histogram, bucket: number, count: number): void {
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + count)
}

/** Adds what another tally counts; `times` -1 takes it away again, but for the longest duration. */
export function addTally(tally: Tally, other: Tally, times: 1 | -1 = 1): void {
  for (const [place, count] of other.counts.entries()) {
    tally.counts[place] = (tally.counts[place] ?? 0) + times * count
  }
  tally.timed += times * other.timed
  tally.sumMs += times * other.sumMs
  if (times === 1) tally.longestMs = Math.max(tally.longestMs, other.longestMs)
  for (const [bucket, count] of other.histogram) addTo(tally.histogram, bucket, times * count)
}

export const sumOf = (tallies: Iterable<Tally>): Tally => {
  const sum = emptyTally()
  for (const tally of tallies) addTally(sum, tally)
  return sum
}

export const totalOf = ({ counts }: Tally): number => counts.reduce((sum, count) => sum + count, 0)

export const countOf = ({ counts }: Tally, status: EndedStatus): number => counts[endedStatuses.indexOf(status)] ?? 0
