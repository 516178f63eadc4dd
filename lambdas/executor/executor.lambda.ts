import { setTimeout } from 'node:timers/promises'
import type { Context } from 'aws-lambda'
import { dynamoAttemptCounter } from '../adapters/dynamodb/attempt-counter.ts'
import { dynamoJobStore } from '../adapters/dynamodb/dynamo-job-store.ts'
import { dynamoRunLedger } from '../adapters/dynamodb/dynamo-run-ledger.ts'
import { dynamoHostPlaces } from '../adapters/dynamodb/host-places.ts'
import { dynamoSecretCatalog } from '../adapters/dynamodb/secret-catalog.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { hmacSha256 } from '../adapters/http-target/hmac-sha256.ts'
import { createHttpTargetSender } from '../adapters/http-target/http-target-sender.ts'
import { cognitoOwnerDirectory } from '../adapters/identity/cognito-owner-directory.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import { sesMailer } from '../adapters/mail/ses-mailer.ts'
import { topicMailer } from '../adapters/mail/topic-mailer.ts'
import { eventBridgePostponer } from '../adapters/scheduler/eventbridge-postponer.ts'
import { cachedSecretReader } from '../adapters/secrets/cached-secret-reader.ts'
import { secretsManagerValues } from '../adapters/secrets/secrets-manager-values.ts'
import { readAllowedCidrs } from '../config/allowed-cidrs.ts'
import { ExecutorEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { VERSION } from '../config/version.ts'
import { executorFunction } from './executor.ts'

const environment = readEnvironment(ExecutorEnvironment)
const table = openTable(environment)
const catalog = dynamoSecretCatalog(table)

/** Lambda alone knows it: the template of a function cannot refer to the function. */
let ownArn = ''

const serve = executorFunction({
  stage: environment.STAGE,
  log: consoleLog(),
  clock: Date.now,
  random: Math.random,
  jobs: dynamoJobStore(table),
  ledger: dynamoRunLedger(table),
  postponer: eventBridgePostponer({
    groupName: environment.SCHEDULE_GROUP,
    roleArn: environment.SCHEDULER_ROLE_ARN,
    deadLetterQueueArn: environment.DEAD_LETTER_QUEUE_ARN,
    executorArn: () => ownArn,
  }),
  catalog,
  secrets: cachedSecretReader({
    catalog,
    values: secretsManagerValues(environment.STAGE),
    clock: Date.now,
  }),
  sender: createHttpTargetSender({
    policy: { allowCidrs: readAllowedCidrs(environment.TARGET_ALLOW_CIDRS) },
    userAgent: `Punctual/${VERSION}`,
  }),
  hmacSha256,
  mailer: environment.MAIL_SENDER === '' ? topicMailer(environment.TOPIC_ARN) : sesMailer(environment.MAIL_SENDER),
  mails: dynamoAttemptCounter(table),
  owners: cognitoOwnerDirectory(environment.USER_POOL_ID),
  apiUrl: environment.API_URL,
  hostPlaces: dynamoHostPlaces(table),
  hostParallelism: environment.HOST_PARALLELISM,
  sleep: (ms) => setTimeout(ms),
  every(periodMs, run) {
    const timer = setInterval(run, periodMs)
    return () => clearInterval(timer)
  },
})

export const handler = (event: unknown, context: Context): Promise<void> => {
  ownArn = context.invokedFunctionArn
  return serve(event, context)
}
