import { dynamoEndedRuns } from '../adapters/dynamodb/dynamo-ended-runs.ts'
import { dynamoFiguresReader } from '../adapters/dynamodb/dynamo-figures-store.ts'
import { dynamoJobSummaries } from '../adapters/dynamodb/dynamo-job-summaries.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import { StatsEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { nextRunMemory } from '../domain/job/next-run-memory.ts'
import { openCredentials } from '../wiring/credentials.ts'
import { statsFunction } from './stats.ts'

const environment = readEnvironment(StatsEnvironment)
const table = openTable(environment)

export const handler = statsFunction({
  log: consoleLog(),
  tokens: openCredentials(environment, table),
  figures: dynamoFiguresReader(table),
  endedRuns: dynamoEndedRuns(table),
  summaries: dynamoJobSummaries(table),
  nextRun: nextRunMemory(),
  clock: Date.now,
})
