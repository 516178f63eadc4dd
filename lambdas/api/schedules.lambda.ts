import { openTable } from '../adapters/dynamodb/table.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import { SchedulesEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { openCredentials } from '../wiring/credentials.ts'
import { schedulesFunction } from './schedules.ts'

const environment = readEnvironment(SchedulesEnvironment)

export const handler = schedulesFunction({
  log: consoleLog(),
  tokens: openCredentials(environment, openTable(environment)),
  clock: Date.now,
  tzVersion: process.versions.tz ?? 'unknown',
})
