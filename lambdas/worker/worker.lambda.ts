import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { dynamoAccountStore } from '../adapters/dynamodb/account-store.ts'
import { dynamoApiKeyStore } from '../adapters/dynamodb/api-key-store.ts'
import { dynamoJobStore } from '../adapters/dynamodb/dynamo-job-store.ts'
import { dynamoRunLedger } from '../adapters/dynamodb/dynamo-run-ledger.ts'
import { dynamoTaskStore } from '../adapters/dynamodb/dynamo-task-store.ts'
import { dynamoTenantEraser } from '../adapters/dynamodb/dynamo-tenant-eraser.ts'
import { dynamoTenantJobs } from '../adapters/dynamodb/dynamo-tenant-jobs.ts'
import { dynamoSecretCatalog } from '../adapters/dynamodb/secret-catalog.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { cognitoDirectory } from '../adapters/identity/cognito-directory.ts'
import { lambdaRunStarter } from '../adapters/lambda/lambda-run-starter.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import { eventBridgeSchedules } from '../adapters/scheduler/eventbridge-schedules.ts'
import { secretsManagerVault } from '../adapters/secrets/secrets-manager-vault.ts'
import { WorkerEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { poolOf } from '../wiring/credentials.ts'
import { workerFunction } from './worker.ts'

const environment = readEnvironment(WorkerEnvironment)
const table = openTable(environment)

export const handler = workerFunction({
  stage: environment.STAGE,
  log: consoleLog(),
  clock: Date.now,
  tasks: dynamoTaskStore(table),
  jobs: dynamoJobStore(table),
  tenantJobs: dynamoTenantJobs(table),
  ledger: dynamoRunLedger(table),
  accounts: dynamoAccountStore(table),
  keys: dynamoApiKeyStore(table),
  catalog: dynamoSecretCatalog(table),
  vault: secretsManagerVault(new SecretsManagerClient(), environment.STAGE),
  eraser: dynamoTenantEraser(table),
  directory: cognitoDirectory({ ...poolOf(environment), client: new CognitoIdentityProviderClient() }),
  schedules: eventBridgeSchedules(new SchedulerClient(), {
    groupName: environment.SCHEDULE_GROUP,
    roleArn: environment.SCHEDULER_ROLE_ARN,
    executorArn: environment.EXECUTOR_ARN,
    deadLetterQueueArn: environment.DEAD_LETTER_QUEUE_ARN,
  }),
  starter: lambdaRunStarter(new LambdaClient(), environment.EXECUTOR_ARN),
})
