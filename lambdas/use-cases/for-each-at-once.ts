/**
 * Does something for each item, for a few of them at the same time, until one answers false or throws.
 * @param width how many at once. @returns false when one of them did.
 */
export async function forEachAtOnce<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  action: (item: Item) => Promise<boolean>,
): Promise<boolean> {
  const left = each(items)
  let goesOn = true
  async function work(): Promise<void> {
    while (goesOn) {
      const next = await left.next()
      if (next.done) return
      // Whatever becomes of this one, the others begin nothing more unless it went well.
      const wentWell = await action(next.value).catch((error: unknown) => {
        goesOn = false
        throw error
      })
      if (!wentWell) goesOn = false
    }
  }
  const workers = await Promise.allSettled(Array.from({ length: width }, work))
  const failed = workers.find((worker) => worker.status === 'rejected')
  if (failed) throw failed.reason
  return goesOn
}

async function* each<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* items
}
