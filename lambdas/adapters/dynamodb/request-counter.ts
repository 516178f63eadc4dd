import { createHash } from 'node:crypto'
import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb'
import * as z from 'zod'
import { Plan } from '../../domain/account/plan.ts'
import { REQUEST_WINDOW_MS, type Requester } from '../../domain/account/request-quota.ts'
import type { RequestCounter } from '../../ports/request-counter.ts'
import { isError } from './is-error.ts'
import type { Table } from './table.ts'

const CountRow = z.object({ reserved: z.int(), plan: z.optional(Plan) })

/** Each step fails only because somebody else was faster, and then the other one succeeds. */
const MOST_TRIES = 4

/** Key of the row that counts a tenant's requests; it also holds the tenant's plan, so that counting reads it. */
export const tenantRequestsKey = (tenant: string) => ({ pk: `RATE#T#${tenant}`, sk: 'RATE' }) as const

/** Network addresses lie about in no table. */
const keyOf = (requester: Requester) =>
  requester.kind === 'tenant'
    ? tenantRequestsKey(requester.tenant)
    : { pk: `RATE#S#${createHash('sha256').update(requester.source).digest('base64url')}`, sk: 'RATE' }

/** @returns undefined when the condition did not hold. */
async function update(table: Table, requester: Requester, step: Partial<UpdateCommandInput>) {
  const fixed = { TableName: table.name, Key: keyOf(requester), ReturnValues: 'ALL_NEW' } as const
  try {
    return CountRow.parse((await table.client.update({ ...fixed, ...step })).Attributes)
  } catch (error) {
    if (isError(error, 'ConditionalCheckFailedException')) return undefined
    throw error
  }
}

/** Begins the window, unless it has been. Sources are forgotten; a tenant's row stays, for it knows the plan. */
function begin(table: Table, requester: Requester, startsAt: number, requests: number) {
  const expiresAt = requester.kind === 'source' ? Math.ceil((startsAt + 2 * REQUEST_WINDOW_MS) / 1000) : undefined
  return update(table, requester, {
    UpdateExpression: `SET windowAt = :at, reserved = :requests${expiresAt === undefined ? '' : ', expiresAt = :end'}`,
    ConditionExpression: 'attribute_not_exists(windowAt) OR windowAt < :at',
    ExpressionAttributeValues: { ':at': startsAt, ':requests': requests, ':end': expiresAt },
  })
}

/** Adds to the window, or to a later one: another function's clock may be ahead. */
const add = (table: Table, requester: Requester, startsAt: number, requests: number) =>
  update(table, requester, {
    UpdateExpression: 'ADD reserved :requests',
    ConditionExpression: 'windowAt >= :at',
    ExpressionAttributeValues: { ':at': startsAt, ':requests': requests },
  })

/** Counts as one row for each requester; a reservation costs a write unit, or two where the hint was wrong. */
export const dynamoRequestCounter = (table: Table): RequestCounter => ({
  async reserve(requester, { startsAt, isNew }, requests) {
    const steps = isNew ? [begin, add] : [add, begin]
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const row = await steps[tries % 2]?.(table, requester, startsAt, requests)
      if (row) return { reserved: row.reserved, plan: row.plan }
    }
    throw new Error('The requests could not be counted: others were always faster')
  },
})
