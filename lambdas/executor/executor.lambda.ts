import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { dynamoRunLedger } from '../adapters/dynamodb/dynamo-run-ledger.ts'
import { dynamoSecretCatalog } from '../adapters/dynamodb/secret-catalog.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { hmacSha256 } from '../adapters/http-target/hmac-sha256.ts'
import { createHttpTargetSender } from '../adapters/http-target/http-target-sender.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import { cachedSecretReader } from '../adapters/secrets/cached-secret-reader.ts'
import { secretsManagerValues } from '../adapters/secrets/secrets-manager-values.ts'
import { readAllowedCidrs } from '../config/allowed-cidrs.ts'
import { ExecutorEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { VERSION } from '../config/version.ts'
import { executorFunction } from './executor.ts'

const environment = readEnvironment(ExecutorEnvironment)
const table = openTable(environment.TABLE_NAME)

export const handler = executorFunction({
  stage: environment.STAGE,
  log: consoleLog(),
  clock: Date.now,
  ledger: dynamoRunLedger(table),
  secrets: cachedSecretReader({
    catalog: dynamoSecretCatalog(table),
    values: secretsManagerValues(new SecretsManagerClient(), environment.STAGE),
    clock: Date.now,
  }),
  sender: createHttpTargetSender({
    policy: { allowCidrs: readAllowedCidrs(environment.TARGET_ALLOW_CIDRS) },
    userAgent: `Punctual/${VERSION}`,
  }),
  hmacSha256,
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
})
