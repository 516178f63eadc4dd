import { ConditionalCheckFailedException, TransactionConflictException } from '@aws-sdk/client-dynamodb'

/** An item in DynamoDB's own form, as an error holds it. */
export type StoredItem = NonNullable<ConditionalCheckFailedException['Item']>

/**
 * @param isOwn whether the item that a condition did not hold for is the very one of this write: the answer to it was lost,
 * and the SDK has sent it again. The write must ask for `ReturnValuesOnConditionCheckFailure`, which costs nothing.
 * @returns whether the conditional write was done: not when its condition did not hold, nor when it met a transaction, whose
 * writer was faster. Any other error is thrown on.
 */
export async function writeIf(write: Promise<unknown>, isOwn?: (stored: StoredItem) => boolean): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException)
      return error.Item !== undefined && isOwn?.(error.Item) === true
    if (error instanceof TransactionConflictException) return false
    throw error
  }
}
