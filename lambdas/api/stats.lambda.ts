import { dynamoEndedRuns } from '../adapters/dynamodb/dynamo-ended-runs.ts'
import { dynamoFiguresReader } from '../adapters/dynamodb/dynamo-figures-store.ts'
import { dynamoJobSummaries } from '../adapters/dynamodb/dynamo-job-summaries.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { StatsEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { nextRunMemory } from '../domain/job/next-run-memory.ts'
import { openDoor } from '../wiring/door.ts'
import { statsFunction } from './stats.ts'

const environment = readEnvironment(StatsEnvironment)
const table = openTable(environment)

export const handler = statsFunction({
  ...openDoor(environment, table),
  figures: dynamoFiguresReader(table),
  endedRuns: dynamoEndedRuns(table),
  summaries: dynamoJobSummaries(table),
  nextRun: nextRunMemory(),
  clock: Date.now,
})
