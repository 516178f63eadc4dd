import { admin } from './admin.ts'
import { auth } from './auth.ts'
import { bulkRequests, bulkWork, leftTasks } from './bulk.ts'
import { deadLetters } from './dead-letters.ts'
import { deletionWork } from './deletion.ts'
import { executor } from './executor.ts'
import { runCounter, stats } from './figures.ts'
import { jobs } from './jobs.ts'
import { keys } from './keys.ts'
import { audit, schedules, service } from './reading.ts'
import { runs } from './runs.ts'
import type { Scenario } from './scenario.ts'
import { secrets } from './secrets.ts'
import { sweeper } from './sweeper.ts'

export type { Scenario } from './scenario.ts'

/** What each function does, by its handler. */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  executor,
  sweeper: [...sweeper, ...leftTasks],
  worker: [...bulkWork, ...deletionWork],
  'dead-letters': deadLetters,
  jobs: [...jobs, ...bulkRequests],
  runs,
  secrets,
  keys,
  auth,
  schedules,
  service,
  stats,
  admin,
  audit,
  'run-counter': runCounter,
}

/** Operations of the API without a scenario, and why. */
export const unplayed: Readonly<Partial<Record<string, string>>> = {
  readOpenApi: 'It calls nothing.',
  readReference: 'It reads the asset of its own function.',
  readReferenceFile: 'It reads the asset of its own function.',
}
