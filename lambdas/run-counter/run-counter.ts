import { type CountRunsDeps, countRuns } from '../use-cases/count-runs.ts'

/** Serves the quarter-hourly schedule: one pass of counting, and one line that says how far it came. */
export const runCounterFunction = (deps: CountRunsDeps) => async (): Promise<void> => {
  const startedAt = deps.clock()
  const { countedUpTo, ...report } = await countRuns(deps)
  const tookMs = deps.clock() - startedAt
  deps.log.info('count', { countedUpTo: new Date(countedUpTo).toISOString(), ...report, tookMs })
}
