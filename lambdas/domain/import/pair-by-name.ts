import type { Job, JobDefinition } from '../job/job.ts'
import { canonicalText } from './canonical-text.ts'

/** A job as far as it is compared with an imported one. */
export type ExistingJob = Pick<Job, 'id' | 'version' | 'definition'>

/**
 * Finds the existing job that each wanted definition stands for: the one of the same name. Where a name is there more than
 * once on either side, equal definitions meet first, and what is left meets in order; so the same document, imported again,
 * finds every one of its jobs unchanged.
 * @param existing in order of creation.
 * @returns in the order of `wanted`; undefined where a job is to be created.
 */
export function pairByName(
  wanted: readonly JobDefinition[],
  existing: readonly ExistingJob[],
): readonly (ExistingJob | undefined)[] {
  const equals = queues(existing, ({ definition }) => canonicalText(definition))
  const found = wanted.map((definition) => equals.get(canonicalText(definition))?.shift())
  const taken = new Set(found)
  const named = queues(
    existing.filter((job) => !taken.has(job)),
    ({ definition }) => definition.name,
  )
  return wanted.map((definition, index) => found[index] ?? named.get(definition.name)?.shift())
}

const queues = <T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, T[]> =>
  Map.groupBy(items, keyOf)
