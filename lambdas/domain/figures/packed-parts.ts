import type { Parts } from './figures.ts'
import { emptyTally, type Tally } from './tally.ts'
import { SLOT_MS } from './time-slot.ts'

/** Numbers and their counts, but for those that are nought, behind how many there are. */
const packCounts = (counts: Iterable<readonly [number, number]>): readonly number[] => {
  const pairs = [...counts].filter(([, count]) => count !== 0)
  return [pairs.length, ...pairs.flat()]
}

const packTally = ({ counts, timed, sumMs, longestMs, histogram }: Tally): readonly number[] => [
  timed,
  sumMs,
  longestMs,
  ...packCounts(counts.entries()),
  ...packCounts(histogram),
]

/**
 * Parts as one list of numbers, for each the number of its slot and its tally: what is kept costs by its size, and a name
 * for every number would double it. @param from what slots are numbered from, epoch ms.
 */
export const packParts = (parts: Parts, from: number): number[] =>
  [...parts].flatMap(([slot, tally]) => [(slot - from) / SLOT_MS, ...packTally(tally)])

/** @throws Error for numbers that `packParts` did not write. */
export function unpackParts(numbers: readonly number[], from: number): Parts {
  const parts: Parts = new Map()
  let position = 0
  const next = (): number => {
    const number = numbers[position++]
    if (number === undefined) throw new Error('A list of figures ends too early')
    return number
  }
  const nextCounts = (set: (number: number, count: number) => void) => {
    for (let left = next(); left > 0; left--) set(next(), next())
  }
  while (position < numbers.length) {
    const tally = emptyTally()
    parts.set(from + next() * SLOT_MS, tally)
    tally.timed = next()
    tally.sumMs = next()
    tally.longestMs = next()
    nextCounts((place, count) => {
      tally.counts[place] = count
    })
    nextCounts((bucket, count) => tally.histogram.set(bucket, count))
  }
  return parts
}
