/** Samples of two conditions that took turns: what the machine did beside the test, it did to both. */
export type Pair = { readonly alone: readonly number[]; readonly shared: readonly number[] }

/** How many times longer the tail is under the second condition, and between which values it may well be. */
export type TailRatio = { readonly estimate: number; readonly low: number; readonly high: number }

const RESAMPLES = 1_000

/**
 * Compares a high quantile under two conditions, with the interval that holds 90 % of what other pairs of the same kind
 * would have told (percentile bootstrap over whole pairs: samples within one are not independent).
 * @param random evenly from 0 up to 1
 */
export function compareTails(pairs: readonly Pair[], quantile: number, random: () => number): TailRatio {
  const alone = weightedQuantile(pairs.map((pair) => pair.alone))
  const shared = weightedQuantile(pairs.map((pair) => pair.shared))
  const ratioOf = (weights: readonly number[]) => shared(quantile, weights) / alone(quantile, weights)
  const resampled = () => {
    const weights = pairs.map(() => 0)
    for (let n = 0; n < pairs.length; n++) weights[Math.floor(random() * pairs.length)]! += 1
    return weights
  }
  const ratios = weightedQuantile([Array.from({ length: RESAMPLES }, () => ratioOf(resampled()))])
  return { estimate: ratioOf(pairs.map(() => 1)), low: ratios(0.05, [1]), high: ratios(0.95, [1]) }
}

/**
 * Sorts samples once, so that a high quantile of them, each group taken so many times, is soon found from the top: the
 * smallest sample that so many are not above (nearest rank).
 */
export function weightedQuantile(groups: readonly (readonly number[])[]) {
  const fromTheTop = groups
    .flatMap((samples, group) => samples.map((sample) => ({ sample, group })))
    .toSorted((a, b) => b.sample - a.sample)
  return (quantile: number, weights: readonly number[]): number => {
    const total = groups.reduce((sum, { length }, group) => sum + length * weights[group]!, 0)
    let left = total - Math.max(1, Math.ceil(quantile * total))
    for (const { sample, group } of fromTheTop) {
      left -= weights[group]!
      if (left < 0) return sample
    }
    return Number.NaN
  }
}
