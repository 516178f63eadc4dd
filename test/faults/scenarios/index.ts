import { auth } from './auth.ts'
import { deadLetters } from './dead-letters.ts'
import { executor } from './executor.ts'
import { runCounter, stats } from './figures.ts'
import { jobs } from './jobs.ts'
import { keys } from './keys.ts'
import { schedules, service } from './reading.ts'
import { runs } from './runs.ts'
import type { Scenario } from './scenario.ts'
import { secrets } from './secrets.ts'
import { sweeper } from './sweeper.ts'

export type { Scenario } from './scenario.ts'

/** What each function does, by its handler. */
export const scenarios: Readonly<Record<string, readonly Scenario[]>> = {
  executor,
  sweeper,
  'dead-letters': deadLetters,
  jobs,
  runs,
  secrets,
  keys,
  auth,
  schedules,
  service,
  stats,
  'run-counter': runCounter,
}

/** Operations of the API without a scenario, and why. */
export const unplayed: Readonly<Partial<Record<string, string>>> = {
  readOpenApi: 'It calls nothing.',
  readReference: 'It reads the asset of its own function.',
  readReferenceFile: 'It reads the asset of its own function.',
  ...without('bulkJobs', 'readBulk', 'deleteMe'),
  ...without('readServiceStats', 'readServiceAnalytics', 'listUsers', 'readUser', 'changeRole', 'deleteUser'),
  ...without('listServiceJobs', 'listServiceRuns', 'listServiceAudit', 'listAudit'),
}

/** Functions, or single actions of theirs, without a scenario yet: each line is a gap in what is proven. */
export const unplayedActions: readonly string[] = ['worker', 'admin', 'audit', 'executor sns:Publish']

function without(...operations: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(operations.map((operation) => [operation, 'It has none yet.']))
}
