import { randomBytes } from 'node:crypto'
import { scheduledTimeText } from './occurrence-plan.ts'
import type { Place } from './schedule-record.ts'

/** What the service knows of one attempt to invoke a target; a target's Input may ask for each of these. */
export type AttemptContext = {
  readonly scheduleArn: string
  /** The planned instant, whatever the flexible window or retries made of it: `2026-03-29T01:00:00Z`. */
  readonly scheduledTime: string
  /** Unique per attempt: no key to find duplicates by. */
  readonly executionId: string
  /** 1 for the first attempt. */
  readonly attemptNumber: number
}

export function newAttemptContext(scheduleArn: string, plannedMs: number, attemptNumber: number): AttemptContext {
  const executionId = randomBytes(8).toString('hex')
  return { scheduleArn, scheduledTime: scheduledTimeText(plannedMs), executionId, attemptNumber }
}

const contextAttribute = /<aws\.scheduler\.(scheduled-time|schedule-arn|execution-id|attempt-number)>/g

/**
 * The text a target is invoked with: its Input with the context attributes filled in (EventBridge Scheduler User Guide,
 * "Adding context attributes"), or the default event of the service where there is no Input.
 */
export function targetInput(input: string | undefined, context: AttemptContext, place: Place): string {
  if (input === undefined) return defaultEvent(context, place)
  const values: Readonly<Record<string, string>> = {
    'scheduled-time': context.scheduledTime,
    'schedule-arn': context.scheduleArn,
    'execution-id': context.executionId,
    'attempt-number': String(context.attemptNumber),
  }
  return input.replace(contextAttribute, (placeholder, name: string) => values[name] ?? placeholder)
}

function defaultEvent(context: AttemptContext, place: Place): string {
  return JSON.stringify({
    version: '0',
    id: context.executionId,
    'detail-type': 'Scheduled Event',
    source: 'aws.scheduler',
    account: place.accountId,
    time: context.scheduledTime,
    region: place.region,
    resources: [context.scheduleArn],
    detail: '{}',
  })
}
