import * as z from 'zod/mini'
import { isError } from './is-error.ts'

/** An item in DynamoDB's own form, as an error holds it. */
export type StoredItem = z.infer<typeof StoredItem>
const StoredItem = z.record(z.string(), z.object({ S: z.optional(z.string()), N: z.optional(z.string()) }))
const Refused = z.object({ Item: z.optional(StoredItem) })

/**
 * @param isOwn whether the item that a condition did not hold for is the very one of this write: the answer to it was lost,
 * and the client has sent it again. The write must ask for `ReturnValuesOnConditionCheckFailure`, which costs nothing.
 * @returns whether the conditional write was done: not when its condition did not hold, nor when it met a transaction, whose
 * writer was faster. Any other error is thrown on.
 */
export async function writeIf(write: Promise<unknown>, isOwn?: (stored: StoredItem) => boolean): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (isError(error, 'TransactionConflictException')) return false
    if (!isError(error, 'ConditionalCheckFailedException')) throw error
    const { Item } = Refused.parse(error)
    return Item !== undefined && isOwn?.(Item) === true
  }
}
