import * as z from 'zod'
import type { SessionEnds } from '../../ports/session-ends.ts'
import type { Table } from './table.ts'

/** No access token of Cognito lives longer (API Reference, "UserPoolClientType"). */
const LONGEST_TOKEN_SECONDS = 86_400

const EndRow = z.object({ endedAt: z.number(), by: z.string().optional() })

export const sessionEndKey = (tenant: string) => ({ pk: `SESSION#${tenant}`, sk: 'SESSION' }) as const

/** One row for each user who has ended their sessions of late. */
export const dynamoSessionEnds = ({ client, name: TableName }: Table): SessionEnds => ({
  async end(tenant, { endedAt, by }) {
    await client.update({
      TableName,
      Key: sessionEndKey(tenant),
      UpdateExpression: `SET endedAt = :at, expiresAt = :end ${by === undefined ? 'REMOVE #by' : ', #by = :by'}`,
      ExpressionAttributeNames: { '#by': 'by' },
      ExpressionAttributeValues: {
        ':at': endedAt,
        ':end': Math.ceil(endedAt / 1000) + LONGEST_TOKEN_SECONDS,
        ...(by === undefined ? {} : { ':by': by }),
      },
    })
  },

  async find(tenant) {
    const { Item } = await client.get({ TableName, Key: sessionEndKey(tenant), ConsistentRead: true })
    if (Item === undefined) return undefined
    const { endedAt, by } = EndRow.parse(Item)
    return { endedAt, by }
  },
})
