import { randomUUID } from 'node:crypto'
import type { ResponseMetadata } from '@smithy/types'
import * as z from 'zod/mini'
import type { TableClient } from '../table-client.ts'
import { marshalled, toJson, Unmarshalled, withMarshalled } from './attribute-values.ts'
import { type Connection, signedCalls } from './signed-calls.ts'

/** What answers have of attributes, the same in every operation; the rest is as it came. */
const Answer = z.looseObject({
  $metadata: z.custom<ResponseMetadata>(),
  Item: z.optional(Unmarshalled),
  Items: z.optional(z.array(Unmarshalled)),
  Attributes: z.optional(Unmarshalled),
  LastEvaluatedKey: z.optional(Unmarshalled),
  Responses: z.optional(z.record(z.string(), z.array(Unmarshalled))),
  UnprocessedKeys: z.optional(z.record(z.string(), z.looseObject({ Keys: z.array(Unmarshalled) }))),
})

/**
 * DynamoDB without the SDK's generated client, whose tables of operations are most of what a function loads at its start:
 * the few operations of stores, on the same parts below. It takes no legacy parameters (`Expected`, `KeyConditions`, …).
 */
export function leanClient(connection: Connection): TableClient {
  const call = signedCalls(connection)
  const ask = async (operation: string, input: object) => Answer.parse(await call(operation, toJson(input)))
  return {
    get: async (input) => ask('GetItem', withMarshalled(input)),
    put: async (input) => ask('PutItem', withMarshalled(input)),
    update: async (input) => ask('UpdateItem', withMarshalled(input)),
    delete: async (input) => ask('DeleteItem', withMarshalled(input)),
    query: async (input) => ask('Query', withMarshalled(input)),
    batchGet: async ({ RequestItems = {}, ...input }) =>
      ask('BatchGetItem', {
        ...input,
        RequestItems: Object.fromEntries(
          Object.entries(RequestItems).map(([table, { Keys = [], ...asked }]) => [
            table,
            { ...asked, Keys: Keys.map(marshalled) },
          ]),
        ),
      }),
    transactWrite: async ({ TransactItems = [], ClientRequestToken = randomUUID(), ...input }) =>
      ask('TransactWriteItems', {
        ...input,
        // A transaction whose answer was lost is done once only, however often it is sent.
        ClientRequestToken,
        TransactItems: TransactItems.map(({ Put, Update, Delete, ConditionCheck }) => ({
          Put: Put && withMarshalled(Put),
          Update: Update && withMarshalled(Update),
          Delete: Delete && withMarshalled(Delete),
          ConditionCheck: ConditionCheck && withMarshalled(ConditionCheck),
        })),
      }),
  }
}
