import { jobLimits } from '../job/job.ts'
import { cut } from './cut.ts'

/** A name cut to what a job's name may have, with room for a suffix. */
function suffixed(name: string, suffix: string): string {
  const tail = suffix === '' ? '' : ` (${suffix})`
  return `${cut(name, jobLimits.name - tail.length).trim()}${tail}`
}

/**
 * Names for imported jobs, by which they are found again: where several have the same, each gets what tells them apart.
 * @param suffixOf does not change when the document is reordered.
 */
export function distinctNames<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  suffixOf: (item: T) => string,
): readonly string[] {
  const plain = items.map((item) => suffixed(nameOf(item), ''))
  const alike = Map.groupBy(plain, (name) => name)
  return items.map((item, index) => {
    const name = plain[index] ?? ''
    return (alike.get(name)?.length ?? 0) > 1 ? suffixed(nameOf(item), suffixOf(item)) : name
  })
}
