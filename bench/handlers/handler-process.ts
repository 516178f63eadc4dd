import { pathToFileURL } from 'node:url'
import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb'
import * as z from 'zod'
import { Assignment, type RecordedCall, type Timings } from './assignment.ts'

/** Times a handler and the same calls alone, in turns, in a process that does nothing else. */

const MINUTE_MS = 60_000

const client = new DynamoDBClient({})

/** Sends what a handler sent. Conditions are left out: they held when the handler wrote, and would not hold again. */
// biome-ignore lint/suspicious/noExplicitAny: what the SDK itself has sent is what it takes
function send({ operation, input }: RecordedCall): Promise<any> {
  // biome-ignore lint/suspicious/noExplicitAny: see above
  const { ConditionExpression, ...unconditional }: any = input
  switch (operation) {
    case 'Query':
      return client.send(new QueryCommand(unconditional))
    case 'GetItem':
      return client.send(new GetItemCommand(unconditional))
    case 'PutItem':
      return client.send(new PutItemCommand(withoutUnused(unconditional)))
    case 'UpdateItem':
      return client.send(new UpdateItemCommand(withoutUnused(unconditional)))
    case 'BatchGetItem':
      return client.send(new BatchGetItemCommand(unconditional))
    case 'TransactWriteItems':
      return client.send(
        new TransactWriteItemsCommand({ TransactItems: unconditional.TransactItems.flatMap(withoutCheck) }),
      )
    default:
      throw new Error(`Nobody has said how to send ${operation}`)
  }
}

/** Names and values that only the condition named are refused without it. */
// biome-ignore lint/suspicious/noExplicitAny: see above
function withoutUnused({ ExpressionAttributeNames: names, ExpressionAttributeValues: values, ...rest }: any) {
  const expression: string = rest.UpdateExpression ?? ''
  const used = (all: object = {}) => {
    const entries = Object.entries(all).filter(([name]) => new RegExp(`${name}\\b`).test(expression))
    return entries.length === 0 ? undefined : Object.fromEntries(entries)
  }
  return { ...rest, ExpressionAttributeNames: used(names), ExpressionAttributeValues: used(values) }
}

/** A write of a transaction; what it merely checks would not hold again either. */
// biome-ignore lint/suspicious/noExplicitAny: see above
function withoutCheck({ Put, Update, Delete }: any): any[] {
  if (Put) return [{ Put: withoutUnused({ ...Put, ConditionExpression: undefined }) }]
  if (Delete) return [{ Delete: withoutUnused({ ...Delete, ConditionExpression: undefined }) }]
  return Update ? [{ Update: withoutUnused({ ...Update, ConditionExpression: undefined }) }] : []
}

async function callAlone({ calls, targetUrl }: Assignment): Promise<void> {
  for (const [index, call] of calls.entries()) {
    if (targetUrl !== null && index === calls.length - 1) await (await fetch(targetUrl, { method: 'POST' })).text()
    await send(call)
  }
}

let minute = Math.ceil(Date.now() / MINUTE_MS) * MINUTE_MS + MINUTE_MS
const nextEvent = ({ event }: Assignment): unknown => {
  minute += MINUTE_MS
  return JSON.parse(event.replaceAll('{{minute}}', new Date(minute).toISOString()))
}

const context = () => {
  const deadline = Date.now() + 400_000
  return {
    awsRequestId: 'bench',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:bench',
    getRemainingTimeInMillis: () => deadline - Date.now(),
  }
}

/** What a function of the API answers must be what was asked for; the executor answers nothing. */
function accepted(answer: unknown): void {
  const statusCode = z.object({ statusCode: z.number() }).safeParse(answer).data?.statusCode ?? 200
  if (statusCode >= 300) throw new Error(`The handler answered ${statusCode}`)
}

async function time(act: () => Promise<unknown>): Promise<{ readonly ms: number; readonly cpuMs: number }> {
  const [before, cpuBefore] = [performance.now(), process.cpuUsage()]
  await act()
  const { user, system } = process.cpuUsage(cpuBefore)
  return { ms: performance.now() - before, cpuMs: (user + system) / 1000 }
}

async function run(assignment: Assignment): Promise<Timings> {
  const { handler } = await import(pathToFileURL(assignment.module).href)
  const own: { readonly ms: number; readonly cpuMs: number }[] = []
  const bare: typeof own = []
  for (let round = 0; round < assignment.warmUps + assignment.rounds; round++) {
    const event = nextEvent(assignment)
    const [ownTime, bareTime] = [
      await time(async () => accepted(await handler(event, context()))),
      await time(() => callAlone(assignment)),
    ]
    if (round < assignment.warmUps) continue
    own.push(ownTime)
    bare.push(bareTime)
  }
  const mean = (times: typeof own) => times.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / times.length
  return { own: own.map(({ ms }) => ms), bare: bare.map(({ ms }) => ms), ownCpuMs: mean(own), bareCpuMs: mean(bare) }
}

process.once('message', async (message) => {
  process.send?.(await run(Assignment.parse(message)), () => process.exit(0))
})
