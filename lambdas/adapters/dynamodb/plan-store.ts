import * as z from 'zod'
import type { PlanStore } from '../../ports/plan-store.ts'
import { accountKey } from './account-store.ts'
import { auditPuts } from './audit-rows.ts'
import { JOB_KEY, jobKey } from './job-keys.ts'
import { queryPages } from './query-pages.ts'
import { tenantRequestsKey } from './request-counter.ts'
import type { Table } from './table.ts'
import { transact } from './transact.ts'
import { writeIf } from './write-if.ts'

/** The partition of unfinished changes: a row for each tenant. */
const UNFINISHED = 'PLAN_CHANGES'

export const unfinishedPlanKey = (tenant: string) => ({ pk: UNFINISHED, sk: tenant }) as const

const UnfinishedRow = z.object({ sk: z.string() })

/** The plan is on the account, with the count of requests, and on each job, so that none of them must ask another. */
export function dynamoPlanStore(table: Table): PlanStore {
  const { client, name: TableName } = table
  return {
    async change(tenant, plan, audit) {
      const set = { UpdateExpression: 'SET #plan = :plan', ExpressionAttributeNames: { '#plan': 'plan' } }
      const withPlan = (Key: Record<string, string>) => ({
        Update: { TableName, Key, ...set, ExpressionAttributeValues: { ':plan': plan } },
      })
      await transact(table, [
        withPlan(accountKey(tenant)),
        withPlan(tenantRequestsKey(tenant)),
        { Put: { TableName, Item: { ...unfinishedPlanKey(tenant), plan } } },
        ...auditPuts(table, audit),
      ])
    },

    async adopt({ tenant, id }, plan) {
      await writeIf(
        client.update({
          TableName,
          Key: { pk: jobKey(tenant, id), sk: JOB_KEY },
          UpdateExpression: 'SET job.#plan = :plan',
          ConditionExpression: 'attribute_exists(pk)',
          ExpressionAttributeNames: { '#plan': 'plan' },
          ExpressionAttributeValues: { ':plan': plan },
        }),
      )
    },

    async finish(tenant, plan) {
      await writeIf(
        client.delete({
          TableName,
          Key: unfinishedPlanKey(tenant),
          ConditionExpression: '#plan = :plan',
          ExpressionAttributeNames: { '#plan': 'plan' },
          ExpressionAttributeValues: { ':plan': plan },
        }),
      )
    },

    async *unfinished() {
      const query = {
        TableName,
        KeyConditionExpression: 'pk = :unfinished',
        ExpressionAttributeValues: { ':unfinished': UNFINISHED },
      }
      for await (const { Items = [] } of queryPages(client, query)) {
        for (const item of Items) yield UnfinishedRow.parse(item).sk
      }
    },
  }
}
