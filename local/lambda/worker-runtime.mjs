/**
 * The Node.js runtime of Lambda, as far as a function can tell: runs inside a worker, as many invocations at a time as it is given.
 * It is plain JavaScript because every worker would pay for stripping its types: 25 ms of processor time and 6 MB.
 * Its messages are typed in function-messages.ts.
 */
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'

const say = (message) => parentPort.postMessage(message)

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] }
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] }
}

function createContext({ requestId, deadlineMs }) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: workerData.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: workerData.functionArn,
    memoryLimitInMB: String(workerData.memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${workerData.functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  }
}

async function invoke(handler, message) {
  const { requestId } = message
  try {
    const answer = await handler(JSON.parse(message.event), createContext(message))
    say({ kind: 'succeeded', requestId, payload: JSON.stringify(answer) ?? 'null' })
  } catch (error) {
    say({ kind: 'failed', requestId, error: describe(error) })
  }
}

async function loadHandler() {
  const module = await import(pathToFileURL(workerData.module).href)
  // A CommonJS module shows its exports on `default` too, those that the loader cannot see only there.
  const handler = module[workerData.exportName] ?? module.default?.[workerData.exportName]
  if (typeof handler === 'function') return handler
  const error = new Error(`${workerData.module} exports no function "${workerData.exportName}"`)
  error.name = 'Runtime.HandlerNotFound'
  throw error
}

try {
  const handler = await loadHandler()
  parentPort.on('message', (message) => invoke(handler, message))
  say({ kind: 'ready' })
} catch (error) {
  say({ kind: 'init-failed', error: describe(error) })
}
