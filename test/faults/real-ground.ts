import { Readable } from 'node:stream'
import { BatchWriteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { dynamoAccountStore } from '../../lambdas/adapters/dynamodb/account-store.ts'
import { dynamoApiKeyStore } from '../../lambdas/adapters/dynamodb/api-key-store.ts'
import { dynamoAttemptCounter } from '../../lambdas/adapters/dynamodb/attempt-counter.ts'
import { documentClient } from '../../lambdas/adapters/dynamodb/document-client.ts'
import { dynamoAuditTrail } from '../../lambdas/adapters/dynamodb/dynamo-audit-trail.ts'
import { dynamoEndedRuns } from '../../lambdas/adapters/dynamodb/dynamo-ended-runs.ts'
import { dynamoFiguresStore } from '../../lambdas/adapters/dynamodb/dynamo-figures-store.ts'
import { dynamoJobStore } from '../../lambdas/adapters/dynamodb/dynamo-job-store.ts'
import { dynamoJobSummaries } from '../../lambdas/adapters/dynamodb/dynamo-job-summaries.ts'
import { dynamoRunHistory } from '../../lambdas/adapters/dynamodb/dynamo-run-history.ts'
import { dynamoRunLedger } from '../../lambdas/adapters/dynamodb/dynamo-run-ledger.ts'
import { dynamoServiceLists } from '../../lambdas/adapters/dynamodb/dynamo-service-lists.ts'
import { dynamoTaskStore } from '../../lambdas/adapters/dynamodb/dynamo-task-store.ts'
import { dynamoTenantEraser } from '../../lambdas/adapters/dynamodb/dynamo-tenant-eraser.ts'
import { dynamoTenantJobs } from '../../lambdas/adapters/dynamodb/dynamo-tenant-jobs.ts'
import { dynamoHostPlaces, dynamoHostRegister } from '../../lambdas/adapters/dynamodb/host-places.ts'
import { JOB_KEY, tenantOfJobKey } from '../../lambdas/adapters/dynamodb/job-keys.ts'
import { leanClient } from '../../lambdas/adapters/dynamodb/lean/lean-client.ts'
import { dynamoPlanStore } from '../../lambdas/adapters/dynamodb/plan-store.ts'
import { probeTable } from '../../lambdas/adapters/dynamodb/probe-table.ts'
import { dynamoRequestClaims } from '../../lambdas/adapters/dynamodb/request-claims.ts'
import { dynamoRequestCounter } from '../../lambdas/adapters/dynamodb/request-counter.ts'
import { dynamoRoleChangeStore } from '../../lambdas/adapters/dynamodb/role-change-store.ts'
import { dynamoSecretCatalog } from '../../lambdas/adapters/dynamodb/secret-catalog.ts'
import { dynamoSecretUsage } from '../../lambdas/adapters/dynamodb/secret-usage.ts'
import { dynamoSessionEnds } from '../../lambdas/adapters/dynamodb/session-ends.ts'
import { dynamoSigningKey } from '../../lambdas/adapters/dynamodb/signing-key.ts'
import { TIMEOUTS } from '../../lambdas/adapters/dynamodb/table-client.ts'
import { dynamoTemplateStore } from '../../lambdas/adapters/dynamodb/template-store.ts'
import { cognitoDirectory } from '../../lambdas/adapters/identity/cognito-directory.ts'
import { cognitoIdentityProvider } from '../../lambdas/adapters/identity/cognito-identity-provider.ts'
import type { CognitoPool } from '../../lambdas/adapters/identity/cognito-pool.ts'
import { cognitoTokenVerifier } from '../../lambdas/adapters/identity/cognito-token-verifier.ts'
import { lambdaRunStarter } from '../../lambdas/adapters/lambda/lambda-run-starter.ts'
import { lambdaTaskWorker } from '../../lambdas/adapters/lambda/lambda-task-worker.ts'
import { topicMailer } from '../../lambdas/adapters/mail/topic-mailer.ts'
import { eventBridgePostponer } from '../../lambdas/adapters/scheduler/eventbridge-postponer.ts'
import {
  eventBridgeScheduleList,
  eventBridgeSchedules,
} from '../../lambdas/adapters/scheduler/eventbridge-schedules.ts'
import { cachedSecretReader } from '../../lambdas/adapters/secrets/cached-secret-reader.ts'
import { secretsManagerValues } from '../../lambdas/adapters/secrets/secrets-manager-values.ts'
import { secretsManagerVault } from '../../lambdas/adapters/secrets/secrets-manager-vault.ts'
import type { Mail } from '../../lambdas/domain/notification/mail.ts'
import { TaskOrder } from '../../lambdas/domain/task/task.ts'
import { ManualClock } from '../../local/clock.ts'
import { DurableStore } from '../../local/durable-store.ts'
import { LocalScheduler } from '../../local/scheduler/local-scheduler.ts'
import { startTable } from '../support/dynamodb.ts'
import { Wire } from '../support/fault-wire.ts'
import { startTopic } from '../support/topic.ts'
import { type StartedUserPool, startUserPool } from '../support/user-pool.ts'
import { startVault } from '../support/vault.ts'
import { leanTest, serveWire, testCredentials } from '../support/wire.ts'
import type { Ground } from './ground.ts'

const GROUP = 'jobs'
const STAGE = 'test'
const EXECUTOR = 'arn:aws:lambda:eu-west-1:111122223333:function:executor'
const WORKER = 'arn:aws:lambda:eu-west-1:111122223333:function:worker'
const settings = {
  groupName: GROUP,
  roleArn: 'arn:aws:iam::111122223333:role/scheduler',
  executorArn: EXECUTOR,
  deadLetterQueueArn: 'arn:aws:sqs:eu-west-1:111122223333:dead-letters',
}
const once = { ...testCredentials, maxAttempts: 1 } as const

export type RealGround = Ground & {
  /** Every request to AWS passes through it. */
  readonly wire: Wire
  readonly table: Parameters<typeof dynamoJobStore>[0]
  readonly pool: StartedUserPool
  /** What the worker was started with since somebody last took it from here. */
  readonly handedOver: TaskOrder[]
  /** What only functions of the API need, as a function that has just started has it. */
  readonly apiServices: () => ReturnType<typeof openApiServices>
  /** Names of the values in Secrets Manager, but for those marked for deletion. */
  values(): Promise<readonly string[]>
  /** All rows of the table, each as text. */
  rows(): Promise<readonly string[]>
  /** Removes all jobs, runs, schedules, values and users. */
  clear(): Promise<void>
  stop(): Promise<void>
}

/**
 * Real engines: DynamoDB's, the local Scheduler's and the local Secrets Manager's, all over HTTP, through the clients that functions have.
 * @param hostParallelism how many calls a host takes at the same time; 0 for as many as there are.
 */
export async function realGround(start: number, hostParallelism = 0): Promise<RealGround> {
  const clock = new ManualClock(start)
  let accept: (order: unknown) => void = () => {}
  let note: (mail: Pick<Mail, 'subject' | 'text'>) => void = () => {}
  const handedOver: TaskOrder[] = []
  const wire = new Wire()
  const [table, vault, pool, topic] = await Promise.all([
    startTable(),
    startVault(),
    startUserPool(),
    startTopic(({ subject = '', message }) => note({ subject, text: message })),
  ])
  const secrets = new SecretsManagerClient({ ...once, endpoint: vault.endpoint })
  const dynamoDb = new DynamoDBClient({ ...once, endpoint: table.endpoint })
  const scheduling = await startScheduler(clock, (order) => accept(order))
  // It accepts events and nothing else: what becomes of them is the simulation's.
  const lambda = new LambdaClient({ ...once, endpoint: 'http://127.0.0.1:1' })
  for (const [client, name] of [
    [dynamoDb, 'DYNAMODB'],
    [scheduling.client, 'SCHEDULER'],
    [secrets, 'SECRETS_MANAGER'],
    [pool.client, 'COGNITO_IDENTITY_PROVIDER'],
    [topic.client, 'SNS'],
  ] as const) {
    wire.attach(client, name)
  }
  wire.attach(lambda, 'LAMBDA', ({ body }) => {
    const order: unknown = JSON.parse(Buffer.from(body).toString())
    const task = TaskOrder.safeParse(order)
    if (task.success) handedOver.push(task.data)
    else accept(order)
    return { statusCode: 202, headers: {}, body: Readable.from([]) }
  })
  const ofTable = { client: documentClient(dynamoDb), name: table.tableName }
  const ofExecutor = {
    client: leanClient({
      ...leanTest,
      endpoint: new URL(table.endpoint),
      maxAttempts: once.maxAttempts,
      handler: wire.through(new NodeHttpHandler(TIMEOUTS)),
    }),
    name: table.tableName,
  }
  const past = dynamoJobStore({ client: table.client, name: table.tableName })
  const now = () => clock.now()
  const schedules = eventBridgeSchedules(scheduling.client, settings)
  const scheduleList = eventBridgeScheduleList(scheduling.client, GROUP)
  const catalog = dynamoSecretCatalog(ofTable)
  const catalogOfExecutor = dynamoSecretCatalog(ofExecutor)
  return {
    clock,
    wire,
    pool,
    table: ofTable,
    handedOver,
    apiServices: () => openApiServices(ofTable, pool, lambda, now),
    jobs: dynamoJobStore(ofTable),
    ledger: dynamoRunLedger(ofExecutor),
    history: dynamoRunHistory(ofTable, now),
    accounts: dynamoAccountStore(ofTable),
    schedules,
    scheduleList,
    async snapshots() {
      const keys = (await scan(dynamoDb, table.tableName)).flatMap(({ pk, sk }) =>
        sk?.S === JOB_KEY ? (pk?.S ?? []) : [],
      )
      const found = await Promise.all(
        keys.map((pk) => past.read(tenantOfJobKey(pk), pk.slice(pk.lastIndexOf('#') + 1))),
      )
      return found.filter((snapshot) => snapshot !== undefined)
    },
    peek: async ({ tenant, id }) => (await past.read(tenant, id))?.job,
    services: () => ({
      hostParallelism,
      hostRegister: dynamoHostRegister(ofTable),
      hostPlaces: dynamoHostPlaces(ofExecutor),
      mails: dynamoAttemptCounter(ofExecutor),
      mailer: topicMailer(topic.arn, topic.client),
      starter: lambdaRunStarter(lambda, EXECUTOR),
      postponer: eventBridgePostponer({ ...settings, executorArn: () => EXECUTOR, client: scheduling.client }),
      catalog,
      usage: dynamoSecretUsage(ofTable),
      vault: secretsManagerVault(secrets, STAGE),
      secrets: cachedSecretReader({
        catalog: catalogOfExecutor,
        values: secretsManagerValues(STAGE, secrets),
        clock: now,
      }),
    }),
    deliverTo(to) {
      accept = to
    },
    values: () => vault.names(),
    mailTo(to) {
      note = to
    },
    rows: async () => (await scan(dynamoDb, table.tableName)).map((item) => JSON.stringify(item)),
    async clear() {
      handedOver.length = 0
      await vault.clear()
      for (const name of await Array.fromAsync(scheduleList.names())) await schedules.remove(name)
      await clearTable(dynamoDb, table.tableName)
      await clearPool(pool)
    },
    async stop() {
      dynamoDb.destroy()
      lambda.destroy()
      secrets.destroy()
      await scheduling.stop()
      await Promise.all([vault.stop(), pool.stop(), topic.stop(), table.stop()])
    },
  }
}

const openApiServices = (
  table: Parameters<typeof dynamoApiKeyStore>[0],
  pool: CognitoPool,
  lambda: LambdaClient,
  now: () => number,
) => ({
  sessions: dynamoSessionEnds(table),
  counter: dynamoRequestCounter(table),
  claims: dynamoRequestClaims(table),
  plans: dynamoPlanStore(table),
  tasks: dynamoTaskStore(table),
  worker: lambdaTaskWorker(lambda, WORKER),
  trail: dynamoAuditTrail(table, now),
  roles: dynamoRoleChangeStore(table),
  service: dynamoServiceLists(table, now),
  eraser: dynamoTenantEraser(table),
  directory: cognitoDirectory(pool),
  keys: dynamoApiKeyStore(table),
  attempts: dynamoAttemptCounter(table),
  tenantJobs: dynamoTenantJobs(table),
  signingKey: dynamoSigningKey(table),
  identity: cognitoIdentityProvider(pool),
  accessTokens: cognitoTokenVerifier(pool),
  probe: probeTable(table),
  templates: dynamoTemplateStore(table),
  figures: dynamoFiguresStore(table),
  endedRuns: dynamoEndedRuns(table),
  summaries: dynamoJobSummaries(table),
})

async function startScheduler(clock: ManualClock, deliver: (order: unknown) => void) {
  const store = new DurableStore(':memory:')
  const scheduler = new LocalScheduler({
    store,
    clock,
    accountId: '111122223333',
    region: 'eu-west-1',
    invoke: async (_arn, input) => {
      deliver(JSON.parse(input))
      return { ok: true }
    },
    sendToDeadLetter: async () => {},
  })
  const served = await serveWire(scheduler)
  await scheduler.handle({
    method: 'POST',
    path: `/schedule-groups/${GROUP}`,
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from('{}'),
  })
  scheduler.start()
  const client = new SchedulerClient({ ...once, endpoint: served.endpoint })
  return {
    client,
    async stop() {
      client.destroy()
      await served.stop()
      store.close()
    },
  }
}

async function clearPool(pool: CognitoPool): Promise<void> {
  const directory = cognitoDirectory(pool)
  for (;;) {
    const { users } = await directory.page({ limit: 60 })
    if (users.length === 0) return
    for (const { userId } of users) await directory.remove(userId)
  }
}

/** As long as it is small enough for one answer, the whole table. */
const scan = async (client: DynamoDBClient, name: string) =>
  (await client.send(new ScanCommand({ TableName: name, ConsistentRead: true }))).Items ?? []

async function clearTable(client: DynamoDBClient, name: string): Promise<void> {
  const Items = await scan(client, name)
  for (let first = 0; first < Items.length; first += 25) {
    const deletions = Items.slice(first, first + 25).map(({ pk, sk }) => ({
      DeleteRequest: { Key: { pk: pk ?? { S: '' }, sk: sk ?? { S: '' } } },
    }))
    await client.send(new BatchWriteItemCommand({ RequestItems: { [name]: deletions } }))
  }
}
