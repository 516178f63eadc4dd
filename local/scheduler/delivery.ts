import { z } from 'zod'
import { Target } from './schedule-record.ts'
import type { AttemptContext } from './target-event.ts'

/** Which limit of the retry policy an undelivered event ran into. */
export type ExhaustedCondition = 'MaximumRetryAttempts' | 'MaximumEventAgeInSeconds'

export type DeliveryError = { readonly errorCode: string; readonly message: string }

const DeadLetter = z.object({
  body: z.string(),
  attributes: z.record(z.string(), z.string()),
  sendAttempts: z.number(),
})

/**
 * One occurrence on its way to the target. It is written down before the first attempt and struck out only when the
 * target has accepted it or the dead-letter queue has it, so that a crash in between repeats and never loses it.
 */
export const DeliveryRecord = z.object({
  scheduleId: z.string(),
  scheduleArn: z.string(),
  plannedMs: z.number(),
  /** When the event came to be: the planned instant plus its place in the flexible window. Its age counts from here. */
  bornMs: z.number(),
  /** The target as it was when the occurrence fell due; a later update does not change an event under way. */
  target: Target,
  attempts: z.number(),
  nextAttemptMs: z.number(),
  lastError: z.object({ errorCode: z.string(), message: z.string() }).optional(),
  /** Set once delivery has been given up. */
  deadLetter: DeadLetter.optional(),
})
export type DeliveryRecord = Readonly<z.infer<typeof DeliveryRecord>>

export type AttemptResult =
  | { readonly ok: true }
  | ({ readonly ok: false; readonly retryable: boolean } & DeliveryError)

/** What becomes of an event after an attempt that the target did not accept. */
export type NextStep =
  | { readonly kind: 'retry'; readonly atMs: number }
  | { readonly kind: 'give-up'; readonly condition: ExhaustedCondition | undefined }

/** Longest pause between two attempts. With it the service's default of 185 retries fits into its default of 24 hours. */
const LONGEST_PAUSE_MS = 480_000

/** Exponential back-off: 1 s after the first failed attempt, then doubled up to eight minutes. */
export function pauseAfterMs(attempts: number): number {
  return Math.min(1000 * 2 ** (attempts - 1), LONGEST_PAUSE_MS)
}

/** Last instant at which an attempt may still be made. */
export function deadlineMs(delivery: DeliveryRecord): number {
  return delivery.bornMs + delivery.target.RetryPolicy.MaximumEventAgeInSeconds * 1000
}

/**
 * Applies the retry policy after a failed attempt (EventBridge Scheduler API Reference, "RetryPolicy"): retries go on
 * until either limit is reached; a refusal that a retry cannot mend goes to the dead letters at once.
 * @param delivery with the failed attempt already counted
 */
export function afterFailure(delivery: DeliveryRecord, retryable: boolean, nowMs: number): NextStep {
  if (!retryable) return { kind: 'give-up', condition: undefined }
  if (delivery.attempts > delivery.target.RetryPolicy.MaximumRetryAttempts)
    return { kind: 'give-up', condition: 'MaximumRetryAttempts' }
  const deadline = deadlineMs(delivery)
  if (nowMs >= deadline) return { kind: 'give-up', condition: 'MaximumEventAgeInSeconds' }
  return { kind: 'retry', atMs: Math.min(nowMs + pauseAfterMs(delivery.attempts), deadline) }
}

/**
 * Message attributes of a dead letter, by the names the service uses (EventBridge Scheduler User Guide, "Configuring a
 * schedule's dead-letter queue"). RETRY_ATTEMPTS does not count the first attempt.
 */
export function deadLetterAttributes(
  delivery: DeliveryRecord,
  context: AttemptContext,
  error: DeliveryError,
  condition: ExhaustedCondition | undefined,
): Record<string, string> {
  return {
    ERROR_CODE: error.errorCode,
    ERROR_MESSAGE: error.message,
    EXECUTION_ID: context.executionId,
    ...(condition && { EXHAUSTED_RETRY_CONDITION: condition }),
    IS_PAYLOAD_TRUNCATED: 'false',
    RETRY_ATTEMPTS: String(Math.max(0, delivery.attempts - 1)),
    SCHEDULED_TIME: context.scheduledTime,
    SCHEDULE_ARN: delivery.scheduleArn,
    TARGET_ARN: delivery.target.Arn,
  }
}
