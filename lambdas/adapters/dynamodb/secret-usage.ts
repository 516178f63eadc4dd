import * as z from 'zod'
import { secretsUsedBy } from '../../domain/job/job-secrets.ts'
import type { JobReference } from '../../domain/secret/secret.ts'
import type { SecretUsage } from '../../ports/secret-usage.ts'
import { batchRead } from './batch-read.ts'
import { BY_TENANT, jobsOfTenantKey } from './job-keys.ts'
import { parseJob } from './job-row.ts'
import { queryPages } from './query-pages.ts'
import type { Table } from './table.ts'

const JobKey = z.object({ pk: z.string(), sk: z.string() })

/** Found by reading the tenant's jobs: secrets are looked at rarely, and jobs that run should not pay for it. */
export function dynamoSecretUsage(table: Table): SecretUsage {
  async function all(tenant: string): Promise<ReadonlyMap<string, readonly JobReference[]>> {
    const usage = new Map<string, JobReference[]>()
    const pages = queryPages(table.client, {
      TableName: table.name,
      IndexName: BY_TENANT,
      KeyConditionExpression: 'tenantPk = :jobs',
      ExpressionAttributeValues: { ':jobs': jobsOfTenantKey(tenant) },
    })
    for await (const page of pages) {
      const rows = await batchRead(
        table,
        (page.Items ?? []).map((item) => JobKey.parse(item)),
      )
      for (const { id, definition, desired } of rows.map((row) => parseJob(row))) {
        if (desired === 'DELETED') continue
        for (const name of secretsUsedBy(definition)) {
          usage.set(name, [...(usage.get(name) ?? []), { jobId: id, jobName: definition.name }])
        }
      }
    }
    return usage
  }
  return { all, jobsUsing: async (tenant, name) => (await all(tenant)).get(name) ?? [] }
}
