import { setTimeout as pause } from 'node:timers/promises'
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb'
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb'
import type { Table } from './table.ts'

/** Others write the same row at the same moment: a tenant's account, for example, while many jobs are created. */
const MOST_TRIES = 8
const FIRST_PAUSE_MS = 20

/**
 * Writes all items or none. A transaction that met another one on the same row is repeated, which the SDK leaves to us (Amazon
 * DynamoDB Developer Guide, "Transaction conflict handling").
 * @returns the index of the item whose condition did not hold, or undefined when all is written.
 */
export async function transact(
  { client }: Table,
  items: NonNullable<TransactWriteCommandInput['TransactItems']>,
): Promise<number | undefined> {
  for (let tries = 1; ; tries++) {
    try {
      await client.send(new TransactWriteCommand({ TransactItems: items }))
      return undefined
    } catch (error) {
      const codes = codesOf(error)
      const failed = codes.indexOf('ConditionalCheckFailed')
      if (failed >= 0) return failed
      if (!codes.includes('TransactionConflict') || tries === MOST_TRIES) throw error
      await pause(FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + Math.random() / 2))
    }
  }
}

const codesOf = (error: unknown): readonly (string | undefined)[] =>
  error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []).map(({ Code }) => Code) : []
