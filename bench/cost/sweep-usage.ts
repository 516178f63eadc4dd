import type { MeteredCloud } from './metered-cloud.ts'
import type { RunUsage } from './run-usage.ts'
import type { Usage } from './usage.ts'

/** Jobs that are added between two sweeps, to tell what one of them adds. */
const MORE_JOBS = 50

/** What one more job adds to every sweep. */
export async function usageOfSweep(metered: MeteredCloud, runs: RunUsage): Promise<{ readonly readUnits: number }> {
  const sweep = (): Promise<Usage> => metered.usageOf(() => metered.invoke('sweeper', {}))
  // The first one looks at what the runs counted before have left.
  await sweep()
  const before = await sweep()
  for (let count = 0; count < MORE_JOBS; count++) await runs.job()
  const after = await sweep()
  return { readUnits: (after.readUnits - before.readUnits) / MORE_JOBS }
}
