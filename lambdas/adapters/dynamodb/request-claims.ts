import { createHash } from 'node:crypto'
import { gunzipSync, gzipSync } from 'node:zlib'
import * as z from 'zod'
import type { RequestClaim } from '../../domain/request-claim.ts'
import type { ClaimName, RequestClaims } from '../../ports/request-claims.ts'
import type { Table } from './table.ts'
import { writeIf } from './write-if.ts'

/** An item has at most 400 KB; the rest of it is small. */
const LARGEST_ANSWER_BYTES = 380 * 1024

const ClaimRow = z.object({
  id: z.string(),
  fingerprint: z.string(),
  token: z.int(),
  holder: z.string(),
  leaseUntil: z.number(),
  answer: z.instanceof(Uint8Array).optional(),
  /** Epoch seconds, as DynamoDB's time to live wants it. */
  expiresAt: z.number(),
})

/** A key is its client's business: only a hash of it is kept. */
function keyOf({ tenant, operation, key }: ClaimName) {
  const hash = createHash('sha256')
    .update(JSON.stringify([operation, key]))
    .digest('base64url')
  return { pk: `IDEMPOTENCY#${tenant}#${hash}`, sk: 'CLAIM' }
}

const zipped = ({ answer }: RequestClaim): Uint8Array | undefined =>
  answer === undefined ? undefined : gzipSync(Buffer.from(answer, 'utf8'))

const itemOf = (name: ClaimName, claim: RequestClaim, answer: Uint8Array | undefined) => ({
  ...keyOf(name),
  ...claim,
  answer,
  expiresAt: Math.ceil(claim.expiresAt / 1000),
})

/** Claims as rows that end by time to live. */
export function dynamoRequestClaims({ client, name: TableName }: Table): RequestClaims {
  const ofToken = (token: number) => ({
    ConditionExpression: '#token = :token',
    ExpressionAttributeNames: { '#token': 'token' },
    ExpressionAttributeValues: { ':token': token },
  })
  const remove = (name: ClaimName, token: number) =>
    writeIf(client.delete({ TableName, Key: keyOf(name), ...ofToken(token) }))
  return {
    add: (name, claim, now) =>
      writeIf(
        client.put({
          TableName,
          Item: itemOf(name, claim, undefined),
          // Time to live deletes when it gets to it.
          ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
          ExpressionAttributeValues: { ':now': Math.floor(now / 1000) },
        }),
      ),

    async read(name) {
      const { Item } = await client.get({ TableName, Key: keyOf(name), ConsistentRead: true })
      if (Item === undefined) return undefined
      const { answer, expiresAt, ...row } = ClaimRow.parse(Item)
      const text = answer && gunzipSync(answer).toString('utf8')
      return { ...row, answer: text, expiresAt: expiresAt * 1000 }
    },

    replace(name, claim, token) {
      const answer = zipped(claim)
      if (answer && answer.byteLength > LARGEST_ANSWER_BYTES) return remove(name, token)
      const Item = itemOf(name, claim, answer)
      return writeIf(client.put({ TableName, Item, ...ofToken(token) }))
    },

    async remove(name, token) {
      await remove(name, token)
    },
  }
}
