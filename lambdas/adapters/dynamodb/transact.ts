import { setTimeout as pause } from 'node:timers/promises'
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod/mini'
import { isError } from './is-error.ts'
import type { Table } from './table.ts'

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

const MOST_TRIES = 8
/** Waits grow by this much, in ms, each with as much again by chance. */
const PAUSE_MS = 15

const Canceled = z.object({ CancellationReasons: z._default(z.array(z.object({ Code: z.optional(z.string()) })), []) })

/** Why each of the items was not written, in their order. */
const codesOf = (error: Error): readonly (string | undefined)[] =>
  Canceled.parse(error).CancellationReasons.map(({ Code }) => Code)

/**
 * Writes several items together, or none. What meets another transaction on the same item is tried again: DynamoDB refuses
 * both at once, and the SDK does not repeat it (DynamoDB Developer Guide, "Transaction conflict handling").
 * @returns the index of the first item whose condition did not hold; undefined when all is written.
 */
export async function transact(
  { client }: Pick<Table, 'client'>,
  items: readonly TransactItem[],
): Promise<number | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      await client.transactWrite({ TransactItems: [...items] })
      return undefined
    } catch (error) {
      if (!isError(error, 'TransactionCanceledException')) throw error
      const codes = codesOf(error)
      const failed = codes.indexOf('ConditionalCheckFailed')
      if (failed >= 0) return failed
      if (!codes.includes('TransactionConflict') || tries === MOST_TRIES) throw error
      await pause(PAUSE_MS * tries * (1 + Math.random()))
    }
  }
}
