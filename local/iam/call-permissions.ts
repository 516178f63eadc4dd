import type { TableDefinition } from '../template/tables.ts'
import type { WireRequest } from '../wire-service.ts'
import { cognitoActions } from './actions/cognito.ts'
import { DynamoDbActions, type TableKeys } from './actions/dynamodb.ts'
import { lambdaActions } from './actions/lambda.ts'
import { sesActions, snsActions, sqsActions } from './actions/messaging.ts'
import { schedulerActions } from './actions/scheduler.ts'
import { secretsManagerActions } from './actions/secrets-manager.ts'
import { UnmappedCall } from './actions/unmapped-call.ts'
import type { Authorization, Home } from './authorization.ts'

/** The permissions that a call to a service needs, all of them; none where IAM has no say. */
export type CallPermissions = (service: string, request: WireRequest) => readonly Authorization[]

/**
 * The permissions of calls to every service here. The functions that it returns throw UnmappedCall for a call that they do
 * not know.
 * @param tables whose partition keys count as `dynamodb:LeadingKeys`
 */
export function callPermissions(home: Home, tables: readonly TableDefinition[]): CallPermissions {
  const dynamoDb = new DynamoDbActions(home, new Map(tables.map((table) => [table.name, keysOf(table)])))
  const byService: Readonly<Record<string, (home: Home, request: WireRequest) => readonly Authorization[]>> = {
    COGNITO_IDENTITY_PROVIDER: cognitoActions,
    DYNAMODB: (_home, request) => dynamoDb.of(request),
    LAMBDA: lambdaActions,
    SCHEDULER: schedulerActions,
    SECRETS_MANAGER: secretsManagerActions,
    SESV2: sesActions,
    SNS: snsActions,
    SQS: sqsActions,
  }
  return (service, request) => {
    const actions = byService[service]
    if (!actions) throw new UnmappedCall(`${service} ${request.method} ${request.path}`)
    return actions(home, request)
  }
}

function keysOf({ keySchema, globalIndexes, localIndexes }: TableDefinition): TableKeys {
  const indexes = [...globalIndexes, ...localIndexes].map(
    ({ IndexName, KeySchema }) => [IndexName, partitionKey(KeySchema)] as const,
  )
  return { partitionKey: partitionKey(keySchema), indexes: Object.fromEntries(indexes) }
}

const partitionKey = (keySchema: TableDefinition['keySchema']): string =>
  String(keySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName)
