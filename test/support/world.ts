import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb'
import { ulid } from 'ulid'
import { accountKey, dynamoAccountStore } from '../../lambdas/adapters/dynamodb/account-store.ts'
import { dynamoAttemptCounter } from '../../lambdas/adapters/dynamodb/attempt-counter.ts'
import { dynamoJobStore } from '../../lambdas/adapters/dynamodb/dynamo-job-store.ts'
import { dynamoRunHistory } from '../../lambdas/adapters/dynamodb/dynamo-run-history.ts'
import { dynamoRunLedger } from '../../lambdas/adapters/dynamodb/dynamo-run-ledger.ts'
import { dynamoTaskStore } from '../../lambdas/adapters/dynamodb/dynamo-task-store.ts'
import { dynamoTenantJobs } from '../../lambdas/adapters/dynamodb/dynamo-tenant-jobs.ts'
import { dynamoHostPlaces, dynamoHostRegister } from '../../lambdas/adapters/dynamodb/host-places.ts'
import { dynamoPlanStore } from '../../lambdas/adapters/dynamodb/plan-store.ts'
import { dynamoSecretCatalog } from '../../lambdas/adapters/dynamodb/secret-catalog.ts'
import { hmacSha256 } from '../../lambdas/adapters/http-target/hmac-sha256.ts'
import {
  eventBridgeScheduleList,
  eventBridgeSchedules,
} from '../../lambdas/adapters/scheduler/eventbridge-schedules.ts'
import { deadLettersFunction } from '../../lambdas/dead-letters/dead-letters.ts'
import { JobDefinition } from '../../lambdas/domain/job/job.ts'
import type { Sending } from '../../lambdas/domain/notification/delivery.ts'
import type { Mail } from '../../lambdas/domain/notification/mail.ts'
import { manualEntropy } from '../../lambdas/domain/run/run-id.ts'
import { RunOrder } from '../../lambdas/domain/run/run-order.ts'
import type { Task } from '../../lambdas/domain/task/task.ts'
import { executorFunction } from '../../lambdas/executor/executor.ts'
import type { SentAttempt, TargetRequest } from '../../lambdas/ports/target-sender.ts'
import { changeJob } from '../../lambdas/use-cases/change-job.ts'
import { createJob } from '../../lambdas/use-cases/create-job.ts'
import { requestRun } from '../../lambdas/use-cases/request-run.ts'
import { sweep } from '../../lambdas/use-cases/sweep.ts'
import { ManualClock } from '../../local/clock.ts'
import { DurableStore } from '../../local/durable-store.ts'
import { LocalScheduler } from '../../local/scheduler/local-scheduler.ts'
import { somebody } from './author.ts'
import { meter } from './consumed-capacity.ts'
import { startTable } from './dynamodb.ts'
import { FaultLine } from './fault-line.ts'
import { serveWire, testCredentials } from './wire.ts'

export const TENANT = 'tenant-1'
/** The address of its owner. */
export const OWNER = 'owner@example.com'
export const MINUTE_MS = 60_000
const FUNCTION_TIMEOUT_MS = 6 * MINUTE_MS
const NO_TIMINGS = { dnsMs: 1, connectMs: 1, tlsMs: null, firstByteMs: 1, downloadMs: 1, totalMs: 4 }

export const answered = (status: number, body = '{"success":true}'): SentAttempt => ({
  kind: 'response',
  status,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from(body),
  bodyBytes: body.length,
  truncated: false,
  finalUrl: 'https://api.example.com/',
  timings: NO_TIMINGS,
})

export type World = Awaited<ReturnType<typeof startWorld>>

/**
 * Punctual's own code over a real DynamoDB engine and the real local Scheduler, on a clock that stands still until moved.
 * Only Lambda (orders are handed over in process) and the target are played.
 */
export async function startWorld(start: string) {
  const started = await startTable()
  const table = { client: started.client, name: started.tableName }
  const consumed = meter(started.client)
  const clock = new ManualClock(Date.parse(start))
  const store = new DurableStore(':memory:')
  const now = () => clock.now()
  const faults = new FaultLine()
  const logged: { level: string; message: string; fields: unknown }[] = []
  const line = (level: string) => (message: string, fields?: unknown) => void logged.push({ level, message, fields })
  const log = { info: line('info'), warn: line('warn'), error: line('error') }

  const calls: { request: TargetRequest; at: number }[] = []
  const target = { answer: async (_request: TargetRequest): Promise<SentAttempt> => answered(200) }
  const orders: RunOrder[] = []
  const postponed: { order: RunOrder; at: number }[] = []
  const mails: { to: string; mail: Mail; at: number }[] = []
  const post = { answer: async (): Promise<Sending> => ({ kind: 'SENT' }) }
  /** Tasks that the worker was started with. */
  const handedOver: Pick<Task, 'tenant' | 'id'>[] = []
  const letters: { body: string; attributes: Record<string, string> }[] = []

  const scheduler = new LocalScheduler({
    store,
    clock,
    accountId: '111122223333',
    region: 'eu-west-1',
    invoke: async (_arn, input) => {
      orders.push(RunOrder.parse(JSON.parse(input)))
      return { ok: true }
    },
    sendToDeadLetter: async (_arn, body, attributes) => void letters.push({ body, attributes }),
  })
  const served = await serveWire(scheduler)
  const client = new SchedulerClient({ ...testCredentials, endpoint: served.endpoint, maxAttempts: 1 })
  await scheduler.handle({
    method: 'POST',
    path: '/schedule-groups/jobs',
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from('{}'),
  })
  scheduler.start()

  const settings = {
    groupName: 'jobs',
    roleArn: 'arn:aws:iam::111122223333:role/scheduler',
    executorArn: 'arn:aws:lambda:eu-west-1:111122223333:function:executor',
    deadLetterQueueArn: 'arn:aws:sqs:eu-west-1:111122223333:dead-letters',
  }
  let made = 0
  const unused = async () => {
    throw new Error('not part of this world')
  }
  const deps = {
    author: somebody,
    stage: 'test',
    clock: now,
    log,
    jobs: faults.under('jobs', dynamoJobStore(table)),
    ledger: faults.under('ledger', dynamoRunLedger(table)),
    history: dynamoRunHistory(table, now),
    accounts: dynamoAccountStore(table),
    plans: dynamoPlanStore(table),
    tenantJobs: dynamoTenantJobs(table),
    pause: async () => {},
    catalog: dynamoSecretCatalog(table),
    hostPlaces: faults.under('hostPlaces', dynamoHostPlaces(table)),
    hostRegister: dynamoHostRegister(table),
    hostParallelism: 200,
    schedules: faults.under('schedules', eventBridgeSchedules(client, settings)),
    scheduleList: eventBridgeScheduleList(client, 'jobs'),
    starter: faults.under('starter', { start: async (order: RunOrder) => void orders.push(order) }),
    secrets: { resolve: async () => ({ values: new Map<string, string>(), missing: [] }), async forget() {} },
    sender: faults.under('sender', {
      send: async (request: TargetRequest) => {
        calls.push({ request, at: now() })
        return target.answer(request)
      },
    }),
    hmacSha256,
    mailer: faults.under('mailer', {
      channel: 'EMAIL' as const,
      send: async (mail: Mail, to: string) => {
        mails.push({ to, mail, at: now() })
        return post.answer()
      },
    }),
    mails: dynamoAttemptCounter(table),
    owners: { emailOf: async () => OWNER as string | undefined },
    apiUrl: 'https://punctual.example.com',
    postponer: faults.under('postponer', {
      postpone: async (order: RunOrder, at: number) => void postponed.push({ order, at }),
    }),
    every: () => () => {},
    sleep: async (ms: number) => clock.moveTo(now() + ms),
    random: () => 0.5,
    newId: (at: number) => ulid(at),
    entropy: () => manualEntropy(Uint8Array.of(1, 2, 3, 4, 5, made++ % 32)),
    tasks: faults.under('tasks', dynamoTaskStore(table)),
    worker: { start: async (task: Pick<Task, 'tenant' | 'id'>) => void handedOver.push(task) },
    usage: { jobsUsing: unused, all: unused },
    vault: { create: unused, addVersion: unused, remove: unused },
    newSecretId: () => '',
    newVersionId: () => '',
    randomBytes: (count: number) => new Uint8Array(count),
  }
  const executor = executorFunction(deps)
  const deadLetters = deadLettersFunction(deps)
  const ofJob = (jobId: string) => ({ tenant: TENANT, jobId, ifMatch: undefined })

  return {
    table,
    clock,
    consumed,
    deps,
    faults,
    logged,
    calls,
    target,
    mails,
    post,
    orders,
    postponed,
    handedOver,
    letters,
    create: (fields: Partial<JobDefinition> = {}) =>
      createJob(deps, {
        tenant: TENANT,
        targets: {},
        definition: JobDefinition.parse({
          name: 'sync',
          cronExpression: '*/5 * * * *',
          targetUrl: 'https://api.example.com/sync',
          ...fields,
        }),
      }),
    change: (jobId: string, change: Parameters<typeof changeJob>[1]['change']) =>
      changeJob(deps, { ...ofJob(jobId), change }),
    /** Writes into a tenant's account what only many jobs could. */
    setAccount: async (tenant: string, counted: Readonly<Record<string, number>>) => {
      const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: accountKey(tenant) }))
      const row = { ...Item, ...accountKey(tenant), ...counted }
      await table.client.send(new PutCommand({ TableName: table.name, Item: row }))
    },
    requestRun: (jobId: string) => requestRun(deps, TENANT, jobId),
    /** Runs one order as Lambda would. */
    execute: (order: unknown) => executor(order, { getRemainingTimeInMillis: () => FUNCTION_TIMEOUT_MS }),
    /** Runs whatever has been ordered since. */
    async executeOrders() {
      for (const order of orders.splice(0)) {
        await executor(order, { getRemainingTimeInMillis: () => FUNCTION_TIMEOUT_MS })
      }
    },
    async readLetters() {
      const Records = letters.splice(0).map(({ body, attributes }, index) => ({
        messageId: String(index),
        body,
        messageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, stringValue]) => [name, { stringValue, dataType: 'String' }]),
        ),
      }))
      return deadLetters({ Records } as unknown as Parameters<typeof deadLetters>[0])
    },
    sweep: () => sweep(deps),
    moveTo: (instant: string | number) => clock.moveTo(typeof instant === 'number' ? instant : Date.parse(instant)),
    scheduleNames: () => Array.fromAsync(deps.scheduleList.names()),
    removeSchedule: (name: string) => eventBridgeSchedules(client, settings).remove(name),
    async runs(jobId: string) {
      const { items } = await deps.history.ofJob(TENANT, jobId, {}, 100, undefined)
      return items.toReversed()
    },
    async stop() {
      client.destroy()
      await served.stop()
      store.close()
      await started.stop()
    },
  }
}
