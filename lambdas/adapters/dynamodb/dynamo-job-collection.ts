import type { JobSnapshot } from '../../domain/job/job-view.ts'
import { ACTIVITY_KEY, JOB_KEY, jobKey } from './job-keys.ts'
import { parseJob } from './job-row.ts'
import { parseActivity, parseRun } from './rows.ts'
import type { Table } from './table.ts'

/** The job, its activity and its newest run are the last three items of a job's collection. */
const SNAPSHOT_ITEMS = 3

/** Reads a job's collection from its end: one consistent query. @returns undefined when there is no such job. */
export async function readSnapshot(
  { client, name }: Table,
  tenant: string,
  jobId: string,
): Promise<JobSnapshot | undefined> {
  const { Items = [] } = await client.query({
    TableName: name,
    KeyConditionExpression: 'pk = :job',
    ExpressionAttributeValues: { ':job': jobKey(tenant, jobId) },
    ScanIndexForward: false,
    ConsistentRead: true,
    Limit: SNAPSHOT_ITEMS,
  })
  const job = Items.find((item) => item.sk === JOB_KEY)
  if (!job) return undefined
  const newest = Items.find((item) => item.sk !== JOB_KEY && item.sk !== ACTIVITY_KEY)
  return {
    job: parseJob(job),
    activity: parseActivity(Items.find((item) => item.sk === ACTIVITY_KEY)),
    newest: newest ? parseRun(tenant, newest) : undefined,
  }
}
