import { setTimeout as pause } from 'node:timers/promises'
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import type { Table } from './table.ts'

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number]

const MOST_TRIES = 8
/** Waits grow by this much, in ms, each with as much again by chance. */
const PAUSE_MS = 15

const codesOf = (error: TransactionCanceledException): readonly (string | undefined)[] =>
  (error.CancellationReasons ?? []).map(({ Code }) => Code)

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
      await client.send(new TransactWriteCommand({ TransactItems: [...items] }))
      return undefined
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error
      const codes = codesOf(error)
      const failed = codes.indexOf('ConditionalCheckFailed')
      if (failed >= 0) return failed
      if (!codes.includes('TransactionConflict') || tries === MOST_TRIES) throw error
      await pause(PAUSE_MS * tries * (1 + Math.random()))
    }
  }
}
