import type { Job, JobDefinition } from '../job/job.ts'
import { changedPointers } from './changed-pointers.ts'

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
  const candidates = Map.groupBy(existing, ({ definition }) => definition.name)
  const pairs = new Map<JobDefinition, ExistingJob>()
  for (const [name, definitions] of Map.groupBy(wanted, (definition) => definition.name)) {
    const left = new Set(candidates.get(name) ?? [])
    const take = (definition: JobDefinition, found: ExistingJob | undefined): void => {
      if (!found) return
      left.delete(found)
      pairs.set(definition, found)
    }
    for (const definition of definitions) {
      take(
        definition,
        [...left].find((job) => changedPointers(job.definition, definition).length === 0),
      )
    }
    for (const definition of definitions) {
      if (!pairs.has(definition)) take(definition, [...left][0])
    }
  }
  return wanted.map((definition) => pairs.get(definition))
}
