import type { JobReference } from '../../domain/secret/secret.ts'
import type { SecretUsage } from '../../ports/secret-usage.ts'
import { dynamoJobSummaries } from './dynamo-job-summaries.ts'
import type { Table } from './table.ts'

/** Found among the summaries of the tenant's jobs: secrets are looked at rarely, and jobs that run should not pay for it. */
export function dynamoSecretUsage(table: Table): SecretUsage {
  const summaries = dynamoJobSummaries(table)

  async function all(tenant: string): Promise<ReadonlyMap<string, readonly JobReference[]>> {
    const usage = new Map<string, JobReference[]>()
    for await (const { id, secrets, definition } of summaries.ofTenant(tenant)) {
      for (const name of secrets) usage.set(name, [...(usage.get(name) ?? []), { jobId: id, jobName: definition.name }])
    }
    return usage
  }
  return { all, jobsUsing: async (tenant, name) => (await all(tenant)).get(name) ?? [] }
}
