import type {
  BatchGetCommandInput,
  BatchGetCommandOutput,
  DeleteCommandInput,
  DeleteCommandOutput,
  GetCommandInput,
  GetCommandOutput,
  PutCommandInput,
  PutCommandOutput,
  QueryCommandInput,
  QueryCommandOutput,
  TransactWriteCommandInput,
  TransactWriteCommandOutput,
  UpdateCommandInput,
  UpdateCommandOutput,
} from '@aws-sdk/lib-dynamodb'

/**
 * All that stores ask of DynamoDB, in values of JavaScript; `undefined` is left out of what is written.
 *
 * The types are the SDK's own, and so are the names of errors: its document client is one such client, and the lean client is
 * another, for functions that must start fast. A store knows an error by its name, never by its class.
 */
export type TableClient = {
  get(input: GetCommandInput): Promise<GetCommandOutput>
  put(input: PutCommandInput): Promise<PutCommandOutput>
  update(input: UpdateCommandInput): Promise<UpdateCommandOutput>
  delete(input: DeleteCommandInput): Promise<DeleteCommandOutput>
  query(input: QueryCommandInput): Promise<QueryCommandOutput>
  batchGet(input: BatchGetCommandInput): Promise<BatchGetCommandOutput>
  transactWrite(input: TransactWriteCommandInput): Promise<TransactWriteCommandOutput>
}

/**
 * How long a function waits, in ms, before the client tries again: for a connection, for the head of an answer, and for
 * more of its body.
 */
export const TIMEOUTS = {
  connectionTimeout: 1_000,
  requestTimeout: 3_000,
  socketTimeout: 3_000,
  throwOnRequestTimeout: true,
} as const
