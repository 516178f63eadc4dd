import * as z from 'zod'
import type { TenantRegistry } from '../../ports/tenant-registry.ts'
import { BY_SWEEP, tenantsKeys } from './job-keys.ts'
import { queryPages } from './query-pages.ts'
import type { Table } from './table.ts'

const IndexRow = z.object({ sweepSk: z.string() })

/** The accounts in the index of what is found across tenants, into which a tenant's first job puts them. */
export const dynamoTenantRegistry = ({ client, name }: Table): TenantRegistry => ({
  async *every() {
    for (const tenants of tenantsKeys()) {
      const pages = queryPages(client, {
        TableName: name,
        IndexName: BY_SWEEP,
        KeyConditionExpression: 'sweepPk = :tenants',
        ExpressionAttributeValues: { ':tenants': tenants },
      })
      for await (const { Items = [] } of pages) yield* Items.map((item) => IndexRow.parse(item).sweepSk)
    }
  },
})
