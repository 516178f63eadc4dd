import { dynamoRunLedger } from '../adapters/dynamodb/dynamo-run-ledger.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import { DeadLettersEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { deadLettersFunction } from './dead-letters.ts'

const environment = readEnvironment(DeadLettersEnvironment)

export const handler = deadLettersFunction({
  stage: environment.STAGE,
  log: consoleLog(),
  clock: Date.now,
  ledger: dynamoRunLedger(openTable(environment)),
})
