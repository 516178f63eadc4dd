import { dynamoJobStore } from '../adapters/dynamodb/dynamo-job-store.ts'
import { dynamoRunHistory } from '../adapters/dynamodb/dynamo-run-history.ts'
import { dynamoRunLedger } from '../adapters/dynamodb/dynamo-run-ledger.ts'
import { dynamoSigningKey } from '../adapters/dynamodb/signing-key.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { RunsEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { openDoor } from '../wiring/door.ts'
import { runsFunction } from './runs.ts'

const environment = readEnvironment(RunsEnvironment)
const table = openTable(environment)

export const handler = runsFunction({
  stage: environment.STAGE,
  ...openDoor(environment, table),
  jobs: dynamoJobStore(table),
  ledger: dynamoRunLedger(table),
  history: dynamoRunHistory(table, Date.now),
  signingKey: dynamoSigningKey(table),
  clock: Date.now,
})
