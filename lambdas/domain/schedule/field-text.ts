interface Progression {
  readonly first: number
  readonly step: number
  readonly values: readonly number[]
}

/** The longest run first, first + step, … within the values. */
function progressionFrom(values: ReadonlySet<number>, first: number, step: number): Progression {
  const run: number[] = []
  for (let value = first; values.has(value); value += step) run.push(value)
  return { first, step, values: run }
}

/**
 * A short list of values, ranges and stepped ranges that names exactly the given ascending values: greedy, from the
 * smallest value that is still missing, by the progression that adds most.
 */
export function shortestFieldText(values: readonly number[]): string {
  const all = new Set(values)
  const missing = new Set(values)
  const items: string[] = []
  for (const first of values) {
    if (!missing.has(first)) continue
    const gain = ({ values: run }: Progression) => run.filter((value) => missing.has(value)).length
    const best = Array.from({ length: 59 }, (_, i) => progressionFrom(all, first, i + 1)).reduce((a, b) =>
      gain(b) > gain(a) ? b : a,
    )
    const run = gain(best) >= 3 ? best.values : [first]
    for (const value of run) missing.delete(value)
    const last = run.at(-1)
    items.push(run.length === 1 ? `${first}` : `${first}-${last}${best.step === 1 ? '' : `/${best.step}`}`)
  }
  return items.join(',')
}
