/** Items at a time; more would be throttled by Scheduler and Secrets Manager. */
const AT_ONCE = 8

/** Does the same with all items, a few at a time, in order. */
export async function inTurns<T, R>(
  all: readonly T[],
  each: (item: T, index: number) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const turn = all.slice(from, from + AT_ONCE)
    results.push(...(await Promise.all(turn.map((item, offset) => each(item, from + offset)))))
  }
  return results
}
