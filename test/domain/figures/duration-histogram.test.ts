import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketOf, durationOfBucket, quantile } from '../../../lambdas/domain/figures/duration-histogram.ts'

/** A run of ten retries a day apart. */
const LONGEST_MS = 11 * 86_400_000

const durations = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: LONGEST_MS }))

function histogramOf(values: readonly number[]) {
  const histogram = new Map<number, number>()
  for (const value of values) histogram.set(bucketOf(value), (histogram.get(bucketOf(value)) ?? 0) + 1)
  return histogram
}

describe('the histogram of durations', () => {
  it('takes every duration below half a minute for one that is at most 5 % off', () => {
    const off = (value: number) => Math.abs(durationOfBucket(bucketOf(value)) - value) / Math.max(1, value)
    for (let value = 0; value <= 30_000; value++) expect(off(value), String(value)).toBeLessThanOrEqual(0.05)
  })

  it.each([0.5, 0.95, 1])('finds the quantile %f of any durations within 5 %', (share) => {
    fc.assert(
      fc.property(fc.array(durations, { minLength: 1, maxLength: 60 }), (values) => {
        const exact = values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? 0
        const found = quantile(histogramOf(values), share) ?? Number.NaN
        expect(Math.abs(found - exact)).toBeLessThanOrEqual(0.05 * exact)
      }),
    )
  })

  it('has no quantile of nothing', () => {
    expect(quantile(new Map(), 0.5)).toBeNull()
    expect(quantile(new Map([[3, 0]]), 0.5)).toBeNull()
  })

  it('never has more than some two hundred buckets', () => {
    expect(bucketOf(LONGEST_MS)).toBeLessThan(220)
  })
})
