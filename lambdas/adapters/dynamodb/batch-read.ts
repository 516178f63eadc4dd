import type { Table } from './table.ts'

type Item = Record<string, unknown>
type Answer = {
  readonly Responses?: Record<string, Item[]> | undefined
  readonly UnprocessedKeys?: Record<string, { Keys: Item[] | undefined }> | undefined
}

/** Most keys that DynamoDB takes in one BatchGetItem. */
const MOST_KEYS = 100

/** Reads items by their keys, in no order, and consistently unless said otherwise; keys without an item are left out. */
export async function batchRead(
  { client, name }: Table,
  keys: readonly Item[],
  { isConsistent = true } = {},
): Promise<readonly Item[]> {
  const items: Item[] = []
  const left = [...keys]
  while (left.length > 0) {
    const answer: Answer = await client.batchGet({
      RequestItems: { [name]: { Keys: left.splice(0, MOST_KEYS), ConsistentRead: isConsistent } },
    })
    items.push(...(answer.Responses?.[name] ?? []))
    left.push(...(answer.UnprocessedKeys?.[name]?.Keys ?? []))
  }
  return items
}
