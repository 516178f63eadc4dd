import type { Clock } from '../clock.ts'
import {
  type AttemptResult,
  afterFailure,
  type DeliveryError,
  type DeliveryRecord,
  deadLetterAttributes,
  deadlineMs,
  type ExhaustedCondition,
  pauseAfterMs,
} from './delivery.ts'
import type { Place } from './schedule-record.ts'
import { type AttemptContext, newAttemptContext, targetInput } from './target-event.ts'

/** The ways out of the Scheduler. */
export type Courier = {
  /** Invokes a target by a role and says whether the target's service has accepted the event. */
  readonly invoke: (
    targetArn: string,
    input: string,
    context: AttemptContext,
    roleArn: string,
  ) => Promise<AttemptResult>
  readonly sendToDeadLetter: (
    queueArn: string,
    body: string,
    attributes: Record<string, string>,
    schedule: { readonly roleArn: string; readonly scheduleArn: string },
  ) => Promise<void>
  readonly log: (line: string) => void
}

export type CourierDeps = Courier & {
  readonly clock: Clock
  readonly place: Place
  /** Writes down how far the delivery has come. */
  readonly keep: (record: DeliveryRecord) => void
}

/** `ended`: accepted by the target, or by the dead-letter queue, or given up with a line in the log. */
export type Handover = { readonly kind: 'ended' } | { readonly kind: 'again'; readonly atMs: number }

/** Makes one attempt to bring an event to its target or, once given up, to the dead-letter queue. */
export async function handOver(delivery: DeliveryRecord, deps: CourierDeps): Promise<Handover> {
  if (delivery.deadLetter) return bury(delivery, delivery.deadLetter, deps)
  const context = newAttemptContext(delivery.scheduleArn, delivery.plannedMs, delivery.attempts + 1)
  const body = targetInput(delivery.target.Input, context, deps.place)
  if (deps.clock.now() > deadlineMs(delivery)) {
    const error = delivery.lastError ?? expired(delivery)
    return giveUp(delivery, { body, context, error, condition: 'MaximumEventAgeInSeconds' }, deps)
  }
  const result = await invokeSafely(delivery, body, context, deps)
  if (result.ok) return { kind: 'ended' }
  const error = { errorCode: result.errorCode, message: result.message }
  const failed = { ...delivery, attempts: delivery.attempts + 1, lastError: error }
  const next = afterFailure(failed, result.retryable, deps.clock.now())
  if (next.kind === 'give-up') return giveUp(failed, { body, context, error, condition: next.condition }, deps)
  deps.log(`${nameOf(failed)} failed (${error.errorCode}: ${error.message}); next attempt ${timeOf(next.atMs)}`)
  deps.keep({ ...failed, nextAttemptMs: next.atMs })
  return { kind: 'again', atMs: next.atMs }
}

async function invokeSafely(
  { target }: DeliveryRecord,
  body: string,
  context: AttemptContext,
  deps: Courier,
): Promise<AttemptResult> {
  try {
    return await deps.invoke(target.Arn, body, context, target.RoleArn)
  } catch (error) {
    return { ok: false, errorCode: 'InternalServerError', message: messageOf(error), retryable: true }
  }
}

type Failure = {
  readonly body: string
  readonly context: AttemptContext
  readonly error: DeliveryError
  readonly condition: ExhaustedCondition | undefined
}

async function giveUp(delivery: DeliveryRecord, failure: Failure, deps: CourierDeps): Promise<Handover> {
  const { body, context, error, condition } = failure
  const why = `${condition ?? 'not retryable'}; ${error.errorCode}: ${error.message}`
  if (delivery.target.DeadLetterConfig?.Arn === undefined) {
    deps.log(`${nameOf(delivery)} given up (${why}); there is no dead-letter queue`)
    return { kind: 'ended' }
  }
  deps.log(`${nameOf(delivery)} goes to the dead-letter queue (${why})`)
  const attributes = deadLetterAttributes(delivery, context, error, condition)
  const deadLetter = { body, attributes, sendAttempts: 0 }
  const buried = { ...delivery, deadLetter, nextAttemptMs: deps.clock.now() }
  deps.keep(buried)
  return bury(buried, deadLetter, deps)
}

async function bury(
  delivery: DeliveryRecord,
  deadLetter: NonNullable<DeliveryRecord['deadLetter']>,
  deps: CourierDeps,
): Promise<Handover> {
  const queueArn = delivery.target.DeadLetterConfig?.Arn ?? ''
  try {
    const schedule = { roleArn: delivery.target.RoleArn, scheduleArn: delivery.scheduleArn }
    await deps.sendToDeadLetter(queueArn, deadLetter.body, deadLetter.attributes, schedule)
    return { kind: 'ended' }
  } catch (error) {
    const sendAttempts = deadLetter.sendAttempts + 1
    const atMs = deps.clock.now() + pauseAfterMs(sendAttempts)
    deps.log(`${nameOf(delivery)} could not be sent to ${queueArn} (${messageOf(error)}); again ${timeOf(atMs)}`)
    deps.keep({ ...delivery, deadLetter: { ...deadLetter, sendAttempts }, nextAttemptMs: atMs })
    return { kind: 'again', atMs }
  }
}

function expired(delivery: DeliveryRecord): DeliveryError {
  const { MaximumEventAgeInSeconds } = delivery.target.RetryPolicy
  return {
    errorCode: 'EventExpired',
    message: `The event was older than ${MaximumEventAgeInSeconds} s before its first attempt`,
  }
}

const timeOf = (ms: number): string => new Date(ms).toISOString()
const nameOf = (delivery: DeliveryRecord): string => `${delivery.scheduleArn} of ${timeOf(delivery.plannedMs)}`
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
