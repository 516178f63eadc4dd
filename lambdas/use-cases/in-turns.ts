/** Does the same to each item, so many at a time. @returns the results in the items' order. */
export async function inTurns<T, R>(
  all: readonly T[],
  atOnce: number,
  each: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  for (let from = 0; from < all.length; from += atOnce) {
    const turn = all.slice(from, from + atOnce)
    results.push(...(await Promise.all(turn.map((item, offset) => each(item, from + offset)))))
  }
  return results
}
