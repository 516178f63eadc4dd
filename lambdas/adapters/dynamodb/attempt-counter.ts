import { createHash } from 'node:crypto'
import * as z from 'zod/mini'
import type { AttemptCount, AttemptCounter } from '../../ports/attempt-counter.ts'
import type { Table } from './table.ts'

const CountRow = z.object({ attempts: z.int() })

/**
 * A row for each count and window. The hash keeps addresses from lying about in the table; who can read the table and
 * guesses an address could still confirm it.
 */
function keyOf({ attempt, by, value, window }: AttemptCount) {
  const hash = createHash('sha256')
    .update(JSON.stringify([attempt, by, value, window.startsAt]))
    .digest('base64url')
  return { pk: `ATTEMPTS#${hash}`, sk: 'ATTEMPTS' }
}

/** Counts as rows that end by time to live; each attempt costs one write unit for each of its counts. */
export const dynamoAttemptCounter = (table: Table): AttemptCounter => ({
  async add(count, by) {
    const { Attributes } = await table.client.update({
      TableName: table.name,
      Key: keyOf(count),
      UpdateExpression: 'ADD attempts :by SET expiresAt = :expiresAt',
      ExpressionAttributeValues: { ':by': by, ':expiresAt': Math.ceil(count.window.endsAt / 1000) },
      ReturnValues: 'UPDATED_NEW',
    })
    return CountRow.parse(Attributes).attempts
  },
})
