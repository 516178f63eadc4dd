import * as z from 'zod'
import type { TenantJobs } from '../../ports/tenant-jobs.ts'
import { batchRead } from './batch-read.ts'
import { BY_TENANT, jobsOfTenantKey } from './job-keys.ts'
import { parseJob } from './job-row.ts'
import { queryPages } from './query-pages.ts'
import type { Table } from './table.ts'

/** As many as DynamoDB reads in one batch. */
const JOBS_A_BATCH = 100

const JobKey = z.object({ pk: z.string(), sk: z.string() })

/** The index says which jobs there are, and one batch after the other reads them consistently. */
export function dynamoTenantJobs(table: Table): TenantJobs {
  return {
    async *ofTenant(tenant, { after, withDeleted = false } = {}) {
      const pages = queryPages(table.client, {
        TableName: table.name,
        IndexName: BY_TENANT,
        KeyConditionExpression: after === undefined ? 'tenantPk = :jobs' : 'tenantPk = :jobs AND tenantSk > :after',
        ExpressionAttributeValues: {
          ':jobs': jobsOfTenantKey(tenant),
          ...(after === undefined ? {} : { ':after': after }),
        },
        Limit: JOBS_A_BATCH,
      })
      for await (const page of pages) {
        const keys = (page.Items ?? []).map((item) => JobKey.parse(item))
        const jobs = (await batchRead(table, keys)).map((row) => parseJob(row))
        yield* jobs.filter(({ desired }) => withDeleted || desired !== 'DELETED').sort((a, b) => (a.id < b.id ? -1 : 1))
      }
    },
  }
}
