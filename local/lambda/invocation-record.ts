import type { FunctionDefinition } from '../template/functions.ts'
import type { AsynchronousEvent } from './asynchronous-events.ts'
import type { InvocationResult } from './function-messages.ts'

export type InvocationCondition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded'

/**
 * The record that a destination gets of a finished asynchronous event, as JSON.
 * Source: AWS Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations".
 */
export function invocationRecord({
  definition,
  event,
  condition,
  result,
  nowMs,
}: {
  readonly definition: FunctionDefinition
  readonly event: AsynchronousEvent
  readonly condition: InvocationCondition
  /** How the last attempt ended; none when the event grew too old before its first. */
  readonly result: InvocationResult | undefined
  readonly nowMs: number
}): string {
  return JSON.stringify({
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: `${definition.arn}:$LATEST`,
      condition,
      approximateInvokeCount: event.attempts,
    },
    requestPayload: JSON.parse(event.payload),
    ...(result && {
      responseContext: {
        statusCode: 200,
        executedVersion: '$LATEST',
        ...(result.outcome === 'failed' && { functionError: 'Unhandled' }),
      },
      responsePayload: JSON.parse(result.payload),
    }),
  })
}
