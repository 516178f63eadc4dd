import { randomUUID } from 'node:crypto'
import type { FunctionDefinition } from '../template/functions.ts'
import { WireError, type WireRequest, type WireResponse } from '../wire-service.ts'
import type { InvocationResult } from './function-messages.ts'

/** What the Invoke operation needs of the service. */
export type Invoker = {
  find(nameOrArn: string): FunctionDefinition | undefined
  invoke(nameOrArn: string, event: string): Promise<InvocationResult>
  accept(nameOrArn: string, event: string): Promise<string>
}

const INVOCATIONS = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/

/** Largest payloads in bytes. Source: AWS Lambda Developer Guide, "Lambda quotas". */
const LARGEST_PAYLOAD_BYTES = { RequestResponse: 6_291_556, Event: 1_048_576, DryRun: 6_291_556 } as const

type InvocationType = keyof typeof LARGEST_PAYLOAD_BYTES

/** Answers `POST /2015-03-31/functions/{FunctionName}/invocations`. Source: AWS Lambda API Reference, "Invoke". */
export async function answerInvoke(request: WireRequest, invoker: Invoker): Promise<WireResponse> {
  try {
    return await invoke(request, invoker)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    return {
      status: error.status,
      headers: { 'content-type': 'application/json', 'x-amzn-errortype': error.type, 'x-amzn-requestid': randomUUID() },
      body: JSON.stringify({ Type: 'User', Message: error.message, message: error.message }),
    }
  }
}

async function invoke(request: WireRequest, invoker: Invoker): Promise<WireResponse> {
  const encodedName = request.method === 'POST' ? INVOCATIONS.exec(request.path)?.[1] : undefined
  if (encodedName === undefined)
    throw new WireError('UnknownOperationException', `There is no ${request.method} ${request.path} here`, 404)
  const name = decodeURIComponent(encodedName)
  const type = readType(request.headers['x-amz-invocation-type'])
  const definition = invoker.find(name)
  if (!definition) throw new WireError('ResourceNotFoundException', `Function not found: ${name}`, 404)
  const event = readEvent(request.body, type)
  if (type === 'DryRun') return { status: 204, headers: { 'x-amzn-requestid': randomUUID() }, body: '' }
  if (type === 'Event')
    return { status: 202, headers: { 'x-amzn-requestid': await invoker.accept(definition.name, event) }, body: '' }
  const result = await invoker.invoke(definition.name, event)
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
      'x-amzn-requestid': randomUUID(),
      ...(result.outcome === 'failed' && { 'x-amz-function-error': 'Unhandled' }),
    },
    body: result.payload,
  }
}

function readType(header = 'RequestResponse'): InvocationType {
  if (header === 'RequestResponse' || header === 'Event' || header === 'DryRun') return header
  throw new WireError(
    'InvalidParameterValueException',
    `InvocationType must be Event, RequestResponse or DryRun, not "${header}"`,
  )
}

function readEvent(body: Uint8Array, type: InvocationType): string {
  const largest = LARGEST_PAYLOAD_BYTES[type]
  if (body.byteLength > largest)
    throw new WireError(
      'RequestTooLargeException',
      `Request must be smaller than ${largest} bytes for the InvokeFunction operation`,
      413,
    )
  const text = new TextDecoder().decode(body)
  if (text === '') return '{}'
  try {
    JSON.parse(text)
    return text
  } catch (cause) {
    throw new WireError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${cause instanceof Error ? cause.message : ''}`,
    )
  }
}
