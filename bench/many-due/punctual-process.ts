import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { BatchWriteCommand, DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb'
import { ulid } from 'ulid'
import { synthesizeApp } from '../../bin/local/synthesized-app.ts'
import { jobItem } from '../../lambdas/adapters/dynamodb/job-item.ts'
import { eventBridgeSchedules } from '../../lambdas/adapters/scheduler/eventbridge-schedules.ts'
import { newJob } from '../../lambdas/domain/job/change-job.ts'
import { type Job, JobDefinition } from '../../lambdas/domain/job/job.ts'
import { jobSchedule } from '../../lambdas/domain/job/job-schedule.ts'
import { type Cloud, startCloud } from '../../local/cloud.ts'
import { PROJECT_ROOT } from '../cost/metered-cloud.ts'
import { Order, type Report } from './protocol.ts'

/** The full local service as `npm start` runs it, its permissions enforced and everything that it keeps on disk. */

const TENANT = 'bench'
const BATCH = 25
const AT_ONCE = 32

const report = (message: Report) => process.send?.(message)

let runs = 0
let wanted = Number.POSITIVE_INFINITY
const dataDir = await mkdtemp(join(tmpdir(), 'punctual-due-'))
const cloud = await startCloud({
  cdkOut: () => synthesizeApp(PROJECT_ROOT, join(dataDir, 'cdk.out')),
  dataDir,
  port: 0,
  environment: { TARGET_ALLOW_CIDRS: '127.0.0.0/8' },
  enforceIam: true,
  log: console.error,
  onFunctionLine(_functionId, line) {
    if (line.includes('"message":"run"') && ++runs === wanted) void finish()
  },
})
await cloud.services.lambda.warm()

const client = (service: string) => ({
  endpoint: cloud.endpoints.get(service) ?? '',
  region: 'us-east-1',
  credentials: { accessKeyId: 'operator', secretAccessKey: 'operator' },
})
const table = DynamoDBDocumentClient.from(new DynamoDBClient(client('DYNAMODB')), {
  marshallOptions: { removeUndefinedValues: true },
})
const tableName = cloud.template.tables[0]?.name ?? ''

async function finish(): Promise<void> {
  const at = Date.now()
  report({ kind: 'finished', at, records: await countRecords() })
}

/** Runs that are stored as succeeded, with the response that they got. */
async function countRecords(): Promise<number> {
  let records = 0
  for await (const { Items = [] } of paginateScan({ client: table }, { TableName: tableName, ConsistentRead: true })) {
    records += Items.filter(
      ({ sk, status, detail }) => sk.startsWith('R#') && status === 'SUCCEEDED' && detail.includes('Auto-sync'),
    ).length
  }
  return records
}

async function prepare({ count, dueAt, targetUrl }: Order): Promise<void> {
  const definition = JobDefinition.parse({
    name: 'Sync of all customers',
    cronExpression: `at(${new Date(dueAt).toISOString().slice(0, 19)})`,
    targetUrl,
    httpMethod: 'POST',
  })
  const jobs = Array.from({ length: count }, () => {
    const job = newJob({ tenant: TENANT, plan: 'PRO', id: ulid(), definition }, Date.now())
    return { ...job, syncState: 'SYNCED' } satisfies Job
  })
  const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, index) =>
    jobs.slice(index * BATCH, (index + 1) * BATCH),
  )
  await forEach(batches, async (batch) => {
    const requests = batch.map((job) => ({ PutRequest: { Item: jobItem(job) } }))
    await table.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }))
  })
  const schedules = openSchedules(cloud)
  await forEach(jobs, async (job) => {
    const occurrence = { tenant: job.tenant, jobId: job.id, generation: job.generation }
    for (const projection of jobSchedule(job).projections(Date.now())) await schedules.create(projection, occurrence)
  })
}

function openSchedules({ template }: Cloud) {
  const executor = template.functions.find(({ handler }) => handler === 'executor.handler')
  const environment = template.functions.find(({ handler }) => handler === 'jobs.handler')?.environment ?? {}
  return eventBridgeSchedules(new SchedulerClient(client('SCHEDULER')), {
    groupName: environment.SCHEDULE_GROUP ?? '',
    roleArn: environment.SCHEDULER_ROLE_ARN ?? '',
    deadLetterQueueArn: environment.DEAD_LETTER_QUEUE_ARN ?? '',
    executorArn: executor?.arn ?? '',
  })
}

async function forEach<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of rest) await act(item)
    }),
  )
}

process.on('message', async (message) => {
  const order = Order.parse(message)
  wanted = order.count
  await prepare(order)
  report({ kind: 'prepared' })
})
process.once('SIGTERM', async () => {
  await cloud.close()
  await rm(dataDir, { recursive: true, force: true })
  process.exit(0)
})
report({ kind: 'ready' })
