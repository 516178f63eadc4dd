import { describe, expect, it } from 'vitest'
import { compareTails, type Pair, weightedQuantile } from './compare-tails.ts'

/** Always the same numbers that look random: a linear congruential generator (Numerical Recipes, section 7.1). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(1_664_525, state) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Durations around 10 with a long tail, on a machine that is now slow and now fast. */
function pairsOf(seed: number, factor: number): readonly Pair[] {
  const random = numbers(seed)
  const samples = (scale: number) => Array.from({ length: 100 }, () => scale * (8 - 2 * Math.log(1 - random())))
  return Array.from({ length: 40 }, () => {
    const slowness = 1 + random()
    return { alone: samples(slowness), shared: samples(slowness * factor) }
  })
}

describe('comparing tails', () => {
  it.each([1, 2, 3, 4, 5])('tells a tail that is a third longer from one that is not (%i)', (seed) => {
    const longer = compareTails(pairsOf(seed, 4 / 3), 0.99, numbers(seed))
    expect(longer.low).toBeGreaterThan(1.1)
    expect(longer.high).toBeLessThan(1.6)
    const same = compareTails(pairsOf(seed, 1), 0.99, numbers(seed))
    expect(same.low).toBeLessThan(1)
    expect(same.high).toBeGreaterThan(1)
    expect(same.estimate).toBeGreaterThan(same.low)
    expect(same.estimate).toBeLessThan(same.high)
  })

  it('takes the nearest rank, and groups as often as they count', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => 100 - n)
    expect([0, 0.5, 0.99, 1].map((quantile) => weightedQuantile([hundred])(quantile, [1]))).toEqual([1, 50, 99, 100])
    expect(weightedQuantile([[1, 2], [5], [9, 9]])(0.5, [1, 3, 0])).toBe(5)
    expect(weightedQuantile([[1, 2], [5], [9, 9]])(1, [2, 0, 0])).toBe(2)
  })
})
