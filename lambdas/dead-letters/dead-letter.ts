import type { SQSRecord } from 'aws-lambda'
import * as z from 'zod'
import { RunOrder, runIdOf } from '../domain/run/run-order.ts'
import type { Undelivered } from '../use-cases/report-undelivered.ts'

/** What Lambda sends to a destination (Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations"). */
const DestinationRecord = z.object({
  requestContext: z.object({ condition: z.string(), approximateInvokeCount: z.number() }),
  requestPayload: RunOrder,
  responsePayload: z.unknown().optional(),
})

const FunctionError = z.object({ errorType: z.string().optional(), errorMessage: z.string().optional() })

const runOf = (order: RunOrder): Pick<Undelivered, 'tenant' | 'jobId' | 'runId'> => ({
  tenant: order.tenant,
  jobId: order.jobId,
  runId: runIdOf(order),
})

/**
 * Reads a message of the dead-letter queue. Scheduler's are the order itself, with what went wrong in the attributes
 * (EventBridge Scheduler User Guide, "Configuring a schedule's dead-letter queue"); Lambda's are a destination record.
 * @throws ZodError for anything else: such a message stays in the queue's own dead letters for a person to look at.
 */
export function readDeadLetter(record: Pick<SQSRecord, 'body' | 'messageAttributes'>): Undelivered {
  const body: unknown = JSON.parse(record.body)
  const order = RunOrder.safeParse(body)
  if (!order.success) return ofDestination(DestinationRecord.parse(body))
  const attribute = (name: string): string => record.messageAttributes[name]?.stringValue ?? ''
  const isExpired =
    attribute('EXHAUSTED_RETRY_CONDITION') === 'MaximumEventAgeInSeconds' && attribute('RETRY_ATTEMPTS') === '0'
  const code = attribute('ERROR_CODE') || 'an unknown error'
  return {
    ...runOf(order.data),
    isExpired,
    message: `The scheduler could not start the run: ${code}. It gave up after ${attribute('RETRY_ATTEMPTS') || '0'} retries.`,
  }
}

function ofDestination({
  requestContext,
  requestPayload,
  responsePayload,
}: z.infer<typeof DestinationRecord>): Undelivered {
  const error = FunctionError.safeParse(responsePayload).data?.errorType ?? requestContext.condition
  const times = requestContext.approximateInvokeCount
  return {
    ...runOf(requestPayload),
    isExpired: false,
    message: `The run could not be carried out: ${error}, after ${times} ${times === 1 ? 'try' : 'tries'}.`,
  }
}
