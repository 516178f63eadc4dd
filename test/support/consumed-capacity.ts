import type { ConsumedCapacity } from '@aws-sdk/client-dynamodb'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'

/** What a client has asked of DynamoDB since it was metered, or since the last reset. */
export type Meter = {
  /** Names of the commands, e.g. `GetCommand`. */
  readonly calls: string[]
  /** Capacity units, as DynamoDB reports them: indexes and the double price of transactions are in it. */
  readonly units: { read: number; write: number }
  reset(): void
}

const isRead = (command: string): boolean => /^(Get|BatchGet|Query|Scan|TransactGet)/.test(command)

/** Meters every request of this client from now on. */
export function meter(client: DynamoDBDocumentClient): Meter {
  const calls: string[] = []
  const units = { read: 0, write: 0 }
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = String(context.commandName)
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' })
      const answer = await next(args)
      const output = answer.output as { readonly ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] }
      calls.push(command)
      for (const { CapacityUnits = 0 } of [output.ConsumedCapacity ?? []].flat()) {
        units[isRead(command) ? 'read' : 'write'] += CapacityUnits
      }
      return answer
    },
    { step: 'initialize', name: 'meter' },
  )
  return {
    calls,
    units,
    reset() {
      calls.length = 0
      units.read = 0
      units.write = 0
    },
  }
}
