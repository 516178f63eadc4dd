import { isError } from './is-error.ts'

/**
 * @returns whether the conditional write was done: not when its condition did not hold, nor when it met a transaction, whose
 * writer was faster. Any other error is thrown on.
 */
export async function writeIf(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (isError(error, 'ConditionalCheckFailedException', 'TransactionConflictException')) return false
    throw error
  }
}
