import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { dynamoAccountStore } from '../adapters/dynamodb/account-store.ts'
import { dynamoAuditTrail } from '../adapters/dynamodb/dynamo-audit-trail.ts'
import { dynamoFiguresReader } from '../adapters/dynamodb/dynamo-figures-store.ts'
import { dynamoJobStore } from '../adapters/dynamodb/dynamo-job-store.ts'
import { dynamoRunHistory } from '../adapters/dynamodb/dynamo-run-history.ts'
import { dynamoServiceLists } from '../adapters/dynamodb/dynamo-service-lists.ts'
import { dynamoTaskStore } from '../adapters/dynamodb/dynamo-task-store.ts'
import { dynamoRoleChangeStore } from '../adapters/dynamodb/role-change-store.ts'
import { dynamoSessionEnds } from '../adapters/dynamodb/session-ends.ts'
import { dynamoSigningKey } from '../adapters/dynamodb/signing-key.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { cognitoDirectory } from '../adapters/identity/cognito-directory.ts'
import { lambdaTaskWorker } from '../adapters/lambda/lambda-task-worker.ts'
import { AdminEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { poolOf } from '../wiring/credentials.ts'
import { openDoor } from '../wiring/door.ts'
import { adminFunction } from './admin.ts'

const environment = readEnvironment(AdminEnvironment)
const table = openTable(environment)

export const handler = adminFunction({
  ...openDoor(environment, table),
  sessions: dynamoSessionEnds(table),
  directory: cognitoDirectory({ ...poolOf(environment), client: new CognitoIdentityProviderClient() }),
  accounts: dynamoAccountStore(table),
  service: dynamoServiceLists(table, Date.now),
  figures: dynamoFiguresReader(table),
  jobs: dynamoJobStore(table),
  history: dynamoRunHistory(table, Date.now),
  trail: dynamoAuditTrail(table, Date.now),
  roles: dynamoRoleChangeStore(table),
  tasks: dynamoTaskStore(table),
  worker: lambdaTaskWorker(new LambdaClient(), environment.WORKER_ARN),
  signingKey: dynamoSigningKey(table),
  clock: Date.now,
})
