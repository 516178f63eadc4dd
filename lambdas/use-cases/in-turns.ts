/**
 * Does the same to each item, so many at a time.
 * @param goesOn asked before every turn but the first, which is had whatever the time. @default always
 * @returns the results in the items' order; of fewer items where it was told to stop.
 */
export async function inTurns<T, R>(
  all: readonly T[],
  atOnce: number,
  each: (item: T, index: number) => Promise<R>,
  goesOn: () => boolean = () => true,
): Promise<readonly R[]> {
  const results: R[] = []
  for (let from = 0; from < all.length && (from === 0 || goesOn()); from += atOnce) {
    const turn = all.slice(from, from + atOnce)
    results.push(...(await Promise.all(turn.map((item, offset) => each(item, from + offset)))))
  }
  return results
}
