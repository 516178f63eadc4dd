import * as z from 'zod/mini'
import { type Account, newAccount } from '../../domain/account/account.ts'
import { Plan } from '../../domain/account/plan.ts'
import type { AccountStore } from '../../ports/account-store.ts'
import type { Table } from './table.ts'

/** An account as its row has it. */
export const AccountRow = z.object({
  plan: z._default(Plan, newAccount.plan),
  jobs: z._default(z.int().check(z.nonnegative()), newAccount.jobs),
  activeJobs: z._default(z.int(), newAccount.activeJobs),
  runsPerDay: z._default(z.int(), newAccount.runsPerDay),
  completedJobs: z._default(z.int(), newAccount.completedJobs),
  /** Since when the account is being deleted, epoch ms. */
  deletingSince: z.optional(z.number()),
})

/** Key of a tenant's own row. */
export const accountKey = (tenant: string) => ({ pk: `T#${tenant}`, sk: 'ACCOUNT' }) as const

/** Condition of whatever an account that is being deleted must not get any more. */
export const NOT_DELETING = 'attribute_not_exists(deletingSince)'

export async function readAccountRow({ client, name }: Table, tenant: string): Promise<Account> {
  const { Item } = await client.get({ TableName: name, Key: accountKey(tenant), ConsistentRead: true })
  const { deletingSince, ...account } = AccountRow.parse(Item ?? {})
  return { ...account, ...(deletingSince === undefined ? {} : { isBeingDeleted: true }) }
}

/** Accounts as rows of the table; the job store counts the jobs in them. */
export const dynamoAccountStore = (table: Table): AccountStore => ({ read: (tenant) => readAccountRow(table, tenant) })
