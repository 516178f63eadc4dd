import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import {
  type FunctionConfiguration,
  InvokeCommand,
  LambdaClient,
  paginateListFunctions,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda'
import { GetScheduleCommand, paginateListSchedules, SchedulerClient } from '@aws-sdk/client-scheduler'
import { DynamoDBDocument, paginateScan } from '@aws-sdk/lib-dynamodb'
import type { Stored } from '../support/punctual-service.ts'

/** What the tests are told of the stack, beside what AWS's tools find in their environment. */
type Setting = 'PUNCTUAL_URL' | 'PUNCTUAL_PUBLIC_URL' | 'PUNCTUAL_ASSEMBLY' | 'EMULATOR_PYTHON'

export function setting(name: Setting): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is missing; start these tests with npm run e2e:emulator`)
  return value
}

const READ_LOGS = fileURLToPath(new URL('read-logs.py', import.meta.url))
const LONGEST_UPDATE_S = 60

const lambda = new LambdaClient()
const scheduler = new SchedulerClient()
export const documents = DynamoDBDocument.from(new DynamoDBClient())

/** Everything that the functions and the API have logged from an instant on, in epoch ms. */
export const logsSince = (since: number): string =>
  execFileSync(setting('EMULATOR_PYTHON'), [READ_LOGS, String(since)], { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 })

export function deployedTemplate(): unknown {
  const [file = ''] = globSync('*.template.json', { cwd: setting('PUNCTUAL_ASSEMBLY') })
  return JSON.parse(readFileSync(join(setting('PUNCTUAL_ASSEMBLY'), file), 'utf8'))
}

/** The one table of the stack, which is alone in its account. */
export async function tableName(): Promise<string> {
  const { TableNames: [name] = [] } = await documents.send(new ListTablesCommand({}))
  if (name === undefined) throw new Error('The stack has no table.')
  return name
}

/** Every item and every schedule. */
export async function everythingStored(): Promise<readonly Stored[]> {
  const stored: Stored[] = []
  const keep = (name: string, content: unknown) => stored.push({ name, content: Buffer.from(JSON.stringify(content)) })
  for await (const { Items = [] } of paginateScan({ client: documents }, { TableName: await tableName() }))
    for (const item of Items) keep(`item ${item.pk} ${item.sk}`, item)
  for await (const { Schedules = [] } of paginateListSchedules({ client: scheduler }, {}))
    for (const { Name, GroupName } of Schedules) {
      const schedule = await scheduler.send(new GetScheduleCommand({ Name, GroupName })).catch(() => undefined)
      if (schedule) keep(`schedule ${Name}`, { ...schedule, $metadata: undefined })
    }
  return stored
}

async function functionsOfStack(): Promise<readonly FunctionConfiguration[]> {
  const found: FunctionConfiguration[] = []
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) found.push(...Functions)
  return found
}

/** Starts the function with this handler (`sweeper`) and gives its answer. @throws when it throws */
export async function runFunction(entry: string, event: unknown): Promise<unknown> {
  const { FunctionName } =
    (await functionsOfStack()).find(({ Handler }) => Handler === `${entry}.handler`) ?? Object(undefined)
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  )
  const text = Buffer.from(Payload ?? []).toString()
  if (FunctionError !== undefined) throw new Error(`${entry} failed: ${text}`)
  return JSON.parse(text)
}

/**
 * Changes variables of every function that has them, as an operator may.
 * @returns what puts things back
 * @throws when no function has one of them
 */
export async function changeSettings(settings: Readonly<Record<string, string>>): Promise<() => Promise<void>> {
  const known = await functionsOfStack()
  for (const name of Object.keys(settings))
    if (!known.some(({ Environment }) => Environment?.Variables?.[name] !== undefined))
      throw new Error(`The deployed stack has no setting ${name}.`)
  const concerned = known.filter(({ Environment }) =>
    Object.keys(settings).some((name) => Environment?.Variables?.[name] !== undefined),
  )
  const setAll = async (settings: Readonly<Record<string, string>>) => {
    await Promise.all(concerned.map((each) => setVariables(each, settings)))
  }
  await setAll(settings)
  return () => setAll({})
}

/** Sets those of the variables that the function has; the others are as they were when it was looked up. */
async function setVariables(
  { FunctionName, Environment }: FunctionConfiguration,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const before = Object.entries(Environment?.Variables ?? {})
  const Variables = Object.fromEntries(before.map(([name, value]) => [name, settings[name] ?? value]))
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }))
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: LONGEST_UPDATE_S }, { FunctionName })
}
