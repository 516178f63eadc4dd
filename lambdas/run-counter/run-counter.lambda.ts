import { dynamoEndedRuns } from '../adapters/dynamodb/dynamo-ended-runs.ts'
import { dynamoFiguresStore } from '../adapters/dynamodb/dynamo-figures-store.ts'
import { dynamoTenantRegistry } from '../adapters/dynamodb/dynamo-tenant-registry.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import { RunCounterEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { BUSY_RUNS } from '../use-cases/count-runs.ts'
import { runCounterFunction } from './run-counter.ts'

const environment = readEnvironment(RunCounterEnvironment)
const table = openTable(environment)

export const handler = runCounterFunction({
  log: consoleLog(),
  clock: Date.now,
  busyRuns: BUSY_RUNS,
  figures: dynamoFiguresStore(table),
  endedRuns: dynamoEndedRuns(table),
  tenants: dynamoTenantRegistry(table),
})
