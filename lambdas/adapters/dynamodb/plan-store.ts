import * as z from 'zod'
import type { Plan } from '../../domain/account/plan.ts'
import type { NewAuditEntry } from '../../domain/audit/audit-entry.ts'
import type { Job } from '../../domain/job/job.ts'
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
export const dynamoPlanStore = (table: Table): PlanStore => ({
  change: (tenant, plan, audit) => change(table, tenant, plan, audit),
  adopt: (job, plan) => adopt(table, job, plan),
  finish: (tenant, plan) => finish(table, tenant, plan),
  unfinished: () => unfinished(table),
})

/** What an expression calls the plan: the word is one of DynamoDB's own. */
const named = (plan: Plan) => ({
  ExpressionAttributeNames: { '#plan': 'plan' },
  ExpressionAttributeValues: { ':plan': plan },
})

async function change(table: Table, tenant: string, plan: Plan, audit: NewAuditEntry | undefined): Promise<void> {
  const { name: TableName } = table
  const withPlan = (Key: Record<string, string>) => ({
    Update: { TableName, Key, UpdateExpression: 'SET #plan = :plan', ...named(plan) },
  })
  await transact(table, [
    withPlan(accountKey(tenant)),
    withPlan(tenantRequestsKey(tenant)),
    { Put: { TableName, Item: { ...unfinishedPlanKey(tenant), plan } } },
    ...auditPuts(table, audit),
  ])
}

async function adopt({ client, name: TableName }: Table, { tenant, id }: Job, plan: Plan): Promise<void> {
  const update = {
    TableName,
    Key: { pk: jobKey(tenant, id), sk: JOB_KEY },
    UpdateExpression: 'SET job.#plan = :plan',
    ConditionExpression: 'attribute_exists(pk)',
    ...named(plan),
  }
  await writeIf(client.update(update))
}

async function finish({ client, name: TableName }: Table, tenant: string, plan: Plan): Promise<void> {
  const Key = unfinishedPlanKey(tenant)
  await writeIf(client.delete({ TableName, Key, ConditionExpression: '#plan = :plan', ...named(plan) }))
}

async function* unfinished({ client, name: TableName }: Table): AsyncIterable<string> {
  const query = {
    TableName,
    KeyConditionExpression: 'pk = :unfinished',
    ExpressionAttributeValues: { ':unfinished': UNFINISHED },
  }
  for await (const { Items = [] } of queryPages(client, query)) {
    for (const item of Items) yield UnfinishedRow.parse(item).sk
  }
}
