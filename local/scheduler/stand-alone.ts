import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { systemClock } from '../clock.ts'
import { DurableStore } from '../durable-store.ts'
import { portOf, readBody, wireRequest } from '../wire-server.ts'
import type { AttemptResult } from './delivery.ts'
import { LocalScheduler } from './local-scheduler.ts'
import type { AttemptContext } from './target-event.ts'

const usage = `node local/scheduler/stand-alone.ts --deliver-to <url> [--port 4100] [--data scheduler.sqlite]
  [--region us-east-1] [--account-id 111122223333]

Serves EventBridge Scheduler on 127.0.0.1. Each invocation is a POST of the target's Input to <url>.`

const LARGEST_BODY_BYTES = 1024 * 1024
const DELIVERY_TIMEOUT_MS = 30_000

/** POSTs an event to a URL. Any 2xx accepts it; 429, 5xx and a broken connection are retried; the rest is final. */
async function deliver(url: string, targetArn: string, input: string, context: AttemptContext): Promise<AttemptResult> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-target-arn': targetArn,
      'x-schedule-arn': context.scheduleArn,
      'x-scheduled-time': context.scheduledTime,
      'x-execution-id': context.executionId,
      'x-attempt-number': String(context.attemptNumber),
    },
    body: input,
    signal: AbortSignal.timeout(DELIVERY_TIMEOUT_MS),
  })
  await response.body?.cancel()
  if (response.ok) return { ok: true }
  const retryable = response.status === 429 || response.status >= 500
  return { ok: false, errorCode: `Http${response.status}`, message: response.statusText, retryable }
}

const { values } = parseArgs({
  options: {
    'deliver-to': { type: 'string' },
    port: { type: 'string', default: '4100' },
    data: { type: 'string', default: 'scheduler.sqlite' },
    region: { type: 'string', default: 'us-east-1' },
    'account-id': { type: 'string', default: '111122223333' },
  },
})
const url = values['deliver-to']
if (url === undefined) {
  console.error(usage)
  process.exit(2)
}

const store = new DurableStore(values.data)
const scheduler = new LocalScheduler({
  store,
  clock: systemClock,
  accountId: values['account-id'],
  region: values.region,
  invoke: (targetArn, input, context) => deliver(url, targetArn, input, context),
  sendToDeadLetter: async (queueArn, body, attributes) => {
    console.log(JSON.stringify({ deadLetter: { queueArn, body, attributes } }))
  },
  log: (line) => console.error(line),
})
const server = createServer(async (incoming, outgoing) => {
  const body = await readBody(incoming, LARGEST_BODY_BYTES)
  if (!body) return outgoing.writeHead(413).end()
  const response = await scheduler.handle(wireRequest(incoming, body))
  return outgoing.writeHead(response.status, response.headers).end(response.body)
})
server.listen(Number(values.port), '127.0.0.1', () => {
  scheduler.start()
  console.log(`EventBridge Scheduler is ready at http://127.0.0.1:${portOf(server)}`)
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    server.close()
    server.closeAllConnections()
    await scheduler.close()
    store.close()
  })
}
