import { openTable } from '../adapters/dynamodb/table.ts'
import { SchedulesEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { openDoor } from '../wiring/door.ts'
import { schedulesFunction } from './schedules.ts'

const environment = readEnvironment(SchedulesEnvironment)

export const handler = schedulesFunction({
  ...openDoor(environment, openTable(environment)),
  clock: Date.now,
  tzVersion: process.versions.tz ?? 'unknown',
})
