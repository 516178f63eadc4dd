import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb'
import { synthesizeApp } from '../../bin/local/synthesized-app.ts'
import type { Clock } from '../../local/clock.ts'
import { type Cloud, startCloud } from '../../local/cloud.ts'
import { recordUses } from '../../local/iam/permission-use.ts'

const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The whole app in this process, with an operator's hands in it: what goes wrong at night can be made to. */
export type OperatedCloud = {
  readonly cloud: Cloud
  readonly table: { readonly client: DynamoDBDocument; readonly name: string }
  readonly schedules: { readonly client: SchedulerClient; readonly group: string }
  /** Everything that the services complained of, since before a restart too. */
  readonly complaints: readonly string[]
  /** Runs the function with this handler (`sweeper`) and waits for its answer. */
  run(entry: string, event: unknown): Promise<unknown>
  /** ARN of the function with this handler. */
  functionArn(entry: string): string
  /** Puts a message into the queue that a function is fed from. */
  sendToQueueOf(entry: string, body: unknown, attributes: Readonly<Record<string, string>>): void
  /** Stops it and starts it again with the same data. */
  restart(clock: Clock): Promise<OperatedCloud>
  close(): Promise<void>
}

export type OperatedCloudOptions = {
  readonly clock?: Clock
  /** Values of variables that functions declare. */
  readonly environment?: Readonly<Record<string, string>>
  /** @default a new folder; `close` removes it */
  readonly dataDir?: string
  /** Where complaints go. @default a new list */
  readonly complaints?: string[]
}

/** Starts it with its roles enforced; what they are used for is recorded in LOCAL_CALLS_FILE if that is set. */
export async function startOperatedCloud(options: OperatedCloudOptions = {}): Promise<OperatedCloud> {
  const { clock, environment, dataDir = await mkdtemp(join(tmpdir(), 'punctual-')), complaints = [] } = options
  const record = process.env.LOCAL_CALLS_FILE
  const cloud = await startCloud({
    cdkOut: () => synthesizeApp(PROJECT_ROOT, join(dataDir, 'cdk.out')),
    dataDir,
    port: 0,
    environment: { TARGET_ALLOW_CIDRS: '127.0.0.0/8', ...environment },
    enforceIam: true,
    onPermissionUse: record === undefined ? undefined : recordUses(record),
    log: (line) => complaints.push(line),
    ...(clock && { clock }),
  })
  const client = (service: string) => ({
    endpoint: cloud.endpoints.get(service) ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'operator', secretAccessKey: 'operator' },
  })
  const functionArn = (entry: string) => {
    const found = cloud.template.functions.find(({ handler }) => handler === `${entry}.handler`)
    if (!found) throw new Error(`No function has the handler ${entry}.handler`)
    return found.arn
  }
  return {
    cloud,
    complaints,
    functionArn,
    table: {
      client: DynamoDBDocument.from(new DynamoDBClient(client('DYNAMODB'))),
      name: cloud.template.tables[0]?.name ?? '',
    },
    schedules: { client: new SchedulerClient(client('SCHEDULER')), group: cloud.template.scheduleGroups[0] ?? '' },
    async run(entry, event) {
      const result = await cloud.services.lambda.invoke(functionArn(entry), JSON.stringify(event))
      if (result.outcome === 'failed') throw new Error(`${entry} failed: ${result.payload}`)
      return JSON.parse(result.payload)
    },
    sendToQueueOf(entry, body, attributes) {
      const source = cloud.template.eventSources.find((each) => each.functionArn === functionArn(entry))
      const queue = cloud.services.queues.find(source?.queueArn ?? '')
      if (!queue) throw new Error(`No queue feeds ${entry}`)
      const typed = Object.entries(attributes).map(
        ([name, text]) => [name, { DataType: 'String', StringValue: text }] as const,
      )
      queue.send({ body: JSON.stringify(body), attributes: Object.fromEntries(typed) })
    },
    async restart(later) {
      await cloud.close()
      return startOperatedCloud({ ...options, dataDir, complaints, clock: later })
    },
    async close() {
      await cloud.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
