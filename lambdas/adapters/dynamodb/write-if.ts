import * as z from 'zod/mini'
import { isError } from './is-error.ts'

/** The item that a condition did not hold for, in DynamoDB's own form and as far as it is compared. */
const StoredItem = z.record(z.string(), z.looseObject({ S: z.optional(z.string()), N: z.optional(z.string()) }))
export type StoredItem = z.infer<typeof StoredItem>

const Refused = z.object({ Item: StoredItem })

/**
 * @param isOwn whether the item that a condition did not hold for is the very one of this write: the answer to it was lost,
 * and it was sent again. The write must ask for `ReturnValuesOnConditionCheckFailure`, which costs nothing.
 * @returns whether the conditional write was done: not when its condition did not hold, nor when it met a transaction, whose
 * writer was faster. Any other error is thrown on.
 */
export async function writeIf(write: Promise<unknown>, isOwn?: (stored: StoredItem) => boolean): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (!isError(error, 'ConditionalCheckFailedException', 'TransactionConflictException')) throw error
    const refused = Refused.safeParse(error)
    return refused.success && isOwn?.(refused.data.Item) === true
  }
}
