import type { EndedRun } from '../domain/figures/tally.ts'

/** Runs that have ended, as the index of a tenant's runs has them: within a second of their end. */
export interface EndedRuns {
  /** Those planned at `from` or later and before `to`, epoch ms, in order of their planned instants. */
  between(tenant: string, from: number, to?: number): AsyncIterable<EndedRun>
}
