import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb'
import type { TableClient } from './table-client.ts'

/** The SDK's document client, with the commands of stores and no others: a function loads what is named here. */
export function documentClient(client: DynamoDBClient): TableClient {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })
  return {
    get: (input) => documents.send(new GetCommand(input)),
    put: (input) => documents.send(new PutCommand(input)),
    update: (input) => documents.send(new UpdateCommand(input)),
    delete: (input) => documents.send(new DeleteCommand(input)),
    query: (input) => documents.send(new QueryCommand(input)),
    batchGet: (input) => documents.send(new BatchGetCommand(input)),
    transactWrite: (input) => documents.send(new TransactWriteCommand(input)),
  }
}
