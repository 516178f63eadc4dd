import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { ulid } from 'ulid'
import { dynamoAccountStore } from '../adapters/dynamodb/account-store.ts'
import { dynamoJobStore } from '../adapters/dynamodb/dynamo-job-store.ts'
import { dynamoRunLedger } from '../adapters/dynamodb/dynamo-run-ledger.ts'
import { dynamoTaskStore } from '../adapters/dynamodb/dynamo-task-store.ts'
import { dynamoTenantJobs } from '../adapters/dynamodb/dynamo-tenant-jobs.ts'
import { dynamoHostRegister } from '../adapters/dynamodb/host-places.ts'
import { dynamoPlanStore } from '../adapters/dynamodb/plan-store.ts'
import { dynamoSecretCatalog } from '../adapters/dynamodb/secret-catalog.ts'
import { dynamoSecretUsage } from '../adapters/dynamodb/secret-usage.ts'
import { dynamoSigningKey } from '../adapters/dynamodb/signing-key.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { dynamoTemplateStore } from '../adapters/dynamodb/template-store.ts'
import { lambdaRunStarter } from '../adapters/lambda/lambda-run-starter.ts'
import { lambdaTaskWorker } from '../adapters/lambda/lambda-task-worker.ts'
import { eventBridgeSchedules } from '../adapters/scheduler/eventbridge-schedules.ts'
import { secretsManagerVault } from '../adapters/secrets/secrets-manager-vault.ts'
import { readAllowedCidrs } from '../config/allowed-cidrs.ts'
import { JobsEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { manualEntropy } from '../domain/run/run-id.ts'
import { openIdentity } from '../wiring/credentials.ts'
import { openDoor } from '../wiring/door.ts'
import { jobsFunction } from './jobs.ts'

const environment = readEnvironment(JobsEnvironment)
const table = openTable(environment)
const lambda = new LambdaClient()

export const handler = jobsFunction({
  stage: environment.STAGE,
  ...openDoor(environment, table),
  jobs: dynamoJobStore(table),
  tenantJobs: dynamoTenantJobs(table),
  ledger: dynamoRunLedger(table),
  accounts: dynamoAccountStore(table),
  plans: dynamoPlanStore(table),
  identity: openIdentity(environment),
  catalog: dynamoSecretCatalog(table),
  hostRegister: dynamoHostRegister(table),
  hostParallelism: environment.HOST_PARALLELISM,
  usage: dynamoSecretUsage(table),
  vault: secretsManagerVault(new SecretsManagerClient(), environment.STAGE),
  signingKey: dynamoSigningKey(table),
  templates: dynamoTemplateStore(table),
  schedules: eventBridgeSchedules(new SchedulerClient(), {
    groupName: environment.SCHEDULE_GROUP,
    roleArn: environment.SCHEDULER_ROLE_ARN,
    executorArn: environment.EXECUTOR_ARN,
    deadLetterQueueArn: environment.DEAD_LETTER_QUEUE_ARN,
  }),
  starter: lambdaRunStarter(lambda, environment.EXECUTOR_ARN),
  tasks: dynamoTaskStore(table),
  worker: lambdaTaskWorker(lambda, environment.WORKER_ARN),
  allowCidrs: readAllowedCidrs(environment.TARGET_ALLOW_CIDRS),
  clock: Date.now,
  pause,
  newId: (now) => ulid(now),
  newSecretId: () => ulid(),
  newVersionId: randomUUID,
  randomBytes,
  entropy: () => manualEntropy(randomBytes(6)),
})
