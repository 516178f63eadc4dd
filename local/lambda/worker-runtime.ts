/** The Node.js runtime of Lambda, as far as a function can tell: runs inside a worker, one invocation at a time. */
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { FunctionError, InvokeMessage, WorkerMessage, WorkerSettings } from './function-messages.ts'

type Handler = (event: unknown, context: Readonly<Record<string, unknown>>) => unknown

const settings: WorkerSettings = workerData
const say = (message: WorkerMessage) => parentPort?.postMessage(message)

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] }
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] }
}

function createContext({ requestId, deadlineMs }: InvokeMessage): Readonly<Record<string, unknown>> {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: settings.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: settings.functionArn,
    memoryLimitInMB: String(settings.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${settings.functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  }
}

async function invoke(handler: Handler, message: InvokeMessage): Promise<void> {
  try {
    const answer = await handler(JSON.parse(message.event), createContext(message))
    say({ kind: 'succeeded', payload: JSON.stringify(answer) ?? 'null' })
  } catch (error) {
    say({ kind: 'failed', error: describe(error) })
  }
}

async function loadHandler(): Promise<Handler> {
  const module: Record<string, unknown> = await import(pathToFileURL(settings.module).href)
  // A CommonJS module shows its exports on `default` too, those that the loader cannot see only there.
  const fallback: Record<string, unknown> = Object(module.default)
  const handler = module[settings.exportName] ?? fallback[settings.exportName]
  if (typeof handler !== 'function') {
    const error = new Error(`${settings.module} exports no function "${settings.exportName}"`)
    error.name = 'Runtime.HandlerNotFound'
    throw error
  }
  return (event, context) => handler(event, context)
}

try {
  const handler = await loadHandler()
  parentPort?.on('message', (message: InvokeMessage) => invoke(handler, message))
  say({ kind: 'ready' })
} catch (error) {
  say({ kind: 'init-failed', error: describe(error) })
}
