import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'

type Item = Record<string, unknown>
type Answer = {
  readonly Responses?: Record<string, Item[]> | undefined
  readonly UnprocessedKeys?: Record<string, { Keys: Item[] | undefined }> | undefined
}

/** Most keys that DynamoDB takes in one BatchGetItem. */
const MOST_KEYS = 100

/** Reads items by their keys, consistently and in no order; keys without an item are left out. */
export async function batchRead(
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: readonly Item[],
): Promise<readonly Item[]> {
  const items: Item[] = []
  const left = [...keys]
  while (left.length > 0) {
    const answer: Answer = await client.send(
      new BatchGetCommand({ RequestItems: { [tableName]: { Keys: left.splice(0, MOST_KEYS), ConsistentRead: true } } }),
    )
    items.push(...(answer.Responses?.[tableName] ?? []))
    left.push(...(answer.UnprocessedKeys?.[tableName]?.Keys ?? []))
  }
  return items
}
