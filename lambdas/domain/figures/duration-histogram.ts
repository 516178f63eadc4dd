/** How much wider each bucket is than the one before: a value in the middle is at most 4.8 % off. */
const GROWTH = 1.1
const LOG_GROWTH = Math.log(GROWTH)

/** How many durations fell into each bucket, by the bucket's number. Histograms of parts add up to that of the whole. */
export type Histogram = Map<number, number>

/** The bucket of a duration in ms: 0 for less than a millisecond, then `(1.1^(n-2), 1.1^(n-1)]`. */
export function bucketOf(durationMs: number): number {
  if (durationMs < 1) return 0
  // The logarithm of a bound comes out a little too large or too small; durations are whole, the bounds but for 1 are not.
  return Math.ceil(Math.log(durationMs) / LOG_GROWTH) + 1
}

/** What a bucket's durations are taken for, in ms: at most 5 % from each of them. */
export function durationOfBucket(bucket: number): number {
  if (bucket === 0) return 0
  return Math.round(((2 * GROWTH ** (bucket - 1)) / (GROWTH + 1)) * 10) / 10
}

/**
 * The duration that a share of all durations does not exceed (nearest rank), in ms and within 5 %.
 * @param share from 0, exclusive, to 1. @returns null when there are none.
 */
export function quantile(histogram: Histogram, share: number): number | null {
  const total = histogram.values().reduce((sum, count) => sum + count, 0)
  const rank = Math.ceil(share * total)
  let counted = 0
  for (const [bucket, count] of [...histogram].sort(([a], [b]) => a - b)) {
    counted += count
    if (counted >= rank && counted > 0) return durationOfBucket(bucket)
  }
  return null
}
