import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { synthesizeApp } from '../../bin/local/synthesized-app.ts'
import { type Cloud, startCloud } from '../../local/cloud.ts'
import { DynamoDbEngine } from '../../local/dynamodb/engine.ts'
import type { ObservedCall } from '../../local/service-ports.ts'
import { type Account, accountsByMailbox } from '../../test/support/api-client.ts'
import { meterDynamoDb } from './metered-dynamodb.ts'
import { type Usage, UsageMeter } from './usage.ts'

export const PROJECT_ROOT = fileURLToPath(new URL('../..', import.meta.url))

const ADMIN = 'admin@example.com'

/** Nothing has been used for so long: whatever was asked for has been done, its log lines included. In ms. */
const QUIET_MS = 60

/** The whole service in this process, from the bundles that are deployed, with a meter on everything that AWS bills. */
export type MeteredCloud = {
  readonly cloud: Cloud
  /** Somebody with an account. */
  readonly account: Account
  /** Somebody with another, who is an admin. */
  readonly admin: Account
  /** Does something and tells what it has used; the sweeps that happen by themselves do not count. One thing at a time. */
  readonly usageOf: (act: () => Promise<unknown>) => Promise<Usage>
  /** Invokes a function, by its handler's file, as schedules do. @throws when it fails */
  readonly invoke: (entry: string, event: Readonly<Record<string, unknown>>) => Promise<void>
  readonly close: () => Promise<void>
}

export async function startMeteredCloud(scratch: string): Promise<MeteredCloud> {
  const meter = new UsageMeter()
  const engine = await DynamoDbEngine.start({ file: join(scratch, 'metered.sqlite'), log: console.error })
  const metered = await meterDynamoDb(engine.endpoint, meter)
  const cloud = await startCloud({
    cdkOut: () => synthesizeApp(PROJECT_ROOT, join(scratch, 'cdk.out')),
    dataDir: join(scratch, 'metered'),
    port: 0,
    environment: { TARGET_ALLOW_CIDRS: '127.0.0.0/8', ADMIN_EMAILS: ADMIN },
    dynamoDbEndpoint: metered.url,
    onFunctionLine: (functionId, line) => meter.logLine(functionId, line),
    onCall: (call) => enter(meter, call),
    log: () => {},
  })
  const functionOf = (entry: string) => {
    const found = cloud.template.functions.find(({ handler }) => handler === `${entry}.handler`)
    if (!found) throw new Error(`No function has the handler ${entry}.handler`)
    return found
  }
  const sweeper = functionOf('sweeper').logicalId
  meter.ignored = sweeper
  const settle = async () => {
    for (let before = -1; before !== meter.entries; await wait(QUIET_MS)) before = meter.entries
  }
  return {
    cloud,
    account: await accountsByMailbox(cloud.url)(),
    admin: await accountsByMailbox(cloud.url, ADMIN)(),
    async usageOf(act) {
      await settle()
      meter.take()
      await act()
      await settle()
      return meter.take()
    },
    async invoke(entry, event) {
      meter.ignored = entry === 'sweeper' ? undefined : sweeper
      meter.schedulerInvocation()
      const result = await cloud.services.lambda.invoke(functionOf(entry).arn, JSON.stringify(event))
      if (result.outcome === 'failed') throw new Error(`The ${entry} failed: ${result.payload}`)
    },
    async close() {
      await cloud.close()
      await metered.close()
      await engine.stop()
    },
  }
}

/** Calls of functions, of which some to Cognito are not signed; DynamoDB's are counted where their units are. */
function enter(meter: UsageMeter, { service, caller, request }: ObservedCall): void {
  const operation = request.headers['x-amz-target']?.split('.').at(-1)
  const isUnsigned = service === 'COGNITO_IDENTITY_PROVIDER' && operation !== undefined
  if (service === 'DYNAMODB' || (caller === undefined && !isUnsigned)) return
  meter.call(caller, service, operation ?? restOperation(service, request))
}

const SCHEDULE_OPERATIONS: Readonly<Record<string, string>> = {
  POST: 'CreateSchedule',
  DELETE: 'DeleteSchedule',
  GET: 'ListSchedules',
}

const restOperation = (service: string, { method, path }: ObservedCall['request']): string =>
  (service === 'LAMBDA' ? 'Invoke' : service === 'SCHEDULER' ? SCHEDULE_OPERATIONS[method] : undefined) ??
  `${method} ${path}`
