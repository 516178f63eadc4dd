import { setTimeout as pause } from 'node:timers/promises'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { dynamoAccountStore } from '../adapters/dynamodb/account-store.ts'
import { dynamoJobStore } from '../adapters/dynamodb/dynamo-job-store.ts'
import { dynamoRunLedger } from '../adapters/dynamodb/dynamo-run-ledger.ts'
import { dynamoTaskStore } from '../adapters/dynamodb/dynamo-task-store.ts'
import { dynamoTenantJobs } from '../adapters/dynamodb/dynamo-tenant-jobs.ts'
import { dynamoHostRegister } from '../adapters/dynamodb/host-places.ts'
import { dynamoPlanStore } from '../adapters/dynamodb/plan-store.ts'
import { dynamoSecretCatalog } from '../adapters/dynamodb/secret-catalog.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { lambdaRunStarter } from '../adapters/lambda/lambda-run-starter.ts'
import { lambdaTaskWorker } from '../adapters/lambda/lambda-task-worker.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import { eventBridgeScheduleList, eventBridgeSchedules } from '../adapters/scheduler/eventbridge-schedules.ts'
import { secretsManagerVault } from '../adapters/secrets/secrets-manager-vault.ts'
import { SweeperEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { PUNCTUAL } from '../domain/audit/author.ts'
import { sweeperFunction } from './sweeper.ts'

const environment = readEnvironment(SweeperEnvironment)
const table = openTable(environment)
const scheduler = new SchedulerClient()
const lambda = new LambdaClient()

export const handler = sweeperFunction({
  stage: environment.STAGE,
  log: consoleLog(),
  clock: Date.now,
  author: PUNCTUAL,
  jobs: dynamoJobStore(table),
  accounts: dynamoAccountStore(table),
  plans: dynamoPlanStore(table),
  tenantJobs: dynamoTenantJobs(table),
  pause,
  ledger: dynamoRunLedger(table),
  hostRegister: dynamoHostRegister(table),
  hostParallelism: environment.HOST_PARALLELISM,
  schedules: eventBridgeSchedules(scheduler, {
    groupName: environment.SCHEDULE_GROUP,
    roleArn: environment.SCHEDULER_ROLE_ARN,
    executorArn: environment.EXECUTOR_ARN,
    deadLetterQueueArn: environment.DEAD_LETTER_QUEUE_ARN,
  }),
  scheduleList: eventBridgeScheduleList(scheduler, environment.SCHEDULE_GROUP),
  starter: lambdaRunStarter(lambda, environment.EXECUTOR_ARN),
  catalog: dynamoSecretCatalog(table),
  vault: secretsManagerVault(new SecretsManagerClient(), environment.STAGE),
  tasks: dynamoTaskStore(table),
  worker: lambdaTaskWorker(lambda, environment.WORKER_ARN),
})
