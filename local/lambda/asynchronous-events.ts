import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { DurableMap, DurableStore } from '../durable-store.ts'
import { GroupCommit } from '../group-commit.ts'
import type { FunctionDefinition } from '../template/functions.ts'
import { CUT_OFF, type InvocationResult } from './function-messages.ts'
import { type InvocationCondition, invocationRecord } from './invocation-record.ts'

const AsynchronousEvent = z.object({
  functionName: z.string(),
  requestId: z.string(),
  /** JSON. */
  payload: z.string(),
  receivedAtMs: z.number(),
  /** Failed attempts so far. */
  attempts: z.number(),
  dueAtMs: z.number(),
})
export type AsynchronousEvent = z.infer<typeof AsynchronousEvent>

/** Waits before the second and the third attempt, in milliseconds. Source: see {@link AsynchronousEvents}. */
const RETRY_DELAYS_MS = [60_000, 120_000]

export type AsynchronousEventsOptions = {
  readonly store: DurableStore
  readonly clock: Clock
  readonly invoke: (definition: FunctionDefinition, requestId: string, payload: string) => Promise<InvocationResult>
  /** Sends the record of a function's invocation to a queue, topic or function. */
  readonly deliver: (destinationArn: string, record: string, definition: FunctionDefinition) => Promise<void>
  readonly log: (message: string) => void
}

/**
 * Lambda's queue of asynchronous events: an accepted event survives a crash of this process, is retried when its
 * function fails, and ends as a record at the function's destination.
 * Source: AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation".
 */
export class AsynchronousEvents {
  readonly #options: AsynchronousEventsOptions
  readonly #events: DurableMap
  readonly #commit: GroupCommit
  readonly #timers = new Set<() => void>()
  #closed = false

  constructor(options: AsynchronousEventsOptions) {
    this.#options = options
    this.#events = options.store.map('asynchronous_events')
    this.#commit = new GroupCommit(options.store)
  }

  /** Takes up the events that an earlier process left. */
  start(findFunction: (name: string) => FunctionDefinition | undefined): void {
    for (const [key, value] of this.#events.entries()) {
      const event = AsynchronousEvent.parse(value)
      const definition = findFunction(event.functionName)
      if (definition) this.#schedule(definition, event)
      else {
        this.#options.log(`Dropped an event for the function ${event.functionName}, which is no longer there`)
        this.#events.delete(key)
      }
    }
  }

  /** Accepts an event; once this resolves it will reach its function at least once. */
  async accept(definition: FunctionDefinition, requestId: string, payload: string): Promise<void> {
    const now = this.#options.clock.now()
    const event = {
      functionName: definition.name,
      requestId,
      payload,
      receivedAtMs: now,
      attempts: 0,
      dueAtMs: now,
    }
    await this.#commit.add(() => this.#events.set(keyOf(event), event))
    if (!this.#closed) void this.#begin(definition, event)
  }

  /** Begins no attempt any more; those under way may still end. */
  close(): void {
    this.#closed = true
    for (const cancel of this.#timers) cancel()
  }

  /** Writes what is known by now: nothing happens any more. */
  flush(): void {
    this.#commit.flush()
  }

  #schedule(definition: FunctionDefinition, event: AsynchronousEvent): void {
    if (event.dueAtMs <= this.#options.clock.now()) {
      void this.#begin(definition, event)
      return
    }
    const cancel = this.#options.clock.at(event.dueAtMs, () => {
      this.#timers.delete(cancel)
      return this.#begin(definition, event)
    })
    this.#timers.add(cancel)
  }

  /** An attempt that nobody waits for; a full disk must not end the service. */
  #begin(definition: FunctionDefinition, event: AsynchronousEvent): Promise<void> {
    return this.#attempt(definition, event).catch((error: unknown) =>
      this.#options.log(`The event ${event.requestId} for ${event.functionName} is left as it is: ${String(error)}`),
    )
  }

  async #attempt(definition: FunctionDefinition, event: AsynchronousEvent): Promise<void> {
    const { clock, invoke } = this.#options
    const { asynchronous } = definition
    const latestMs = event.receivedAtMs + asynchronous.maxEventAgeSeconds * 1000
    if (clock.now() > latestMs) return this.#finish(definition, event, 'EventAgeExceeded')
    const result = await invoke(definition, event.requestId, event.payload)
    // What the end of this process has cut off is taken up by the next one.
    if (result === CUT_OFF) return
    const tried = { ...event, attempts: event.attempts + 1 }
    if (result.outcome === 'succeeded') return this.#finish(definition, tried, 'Success', result)
    if (tried.attempts > asynchronous.maxRetries) return this.#finish(definition, tried, 'RetriesExhausted', result)
    const delayMs = RETRY_DELAYS_MS[tried.attempts - 1] ?? 0
    const later = { ...tried, dueAtMs: clock.now() + delayMs }
    if (later.dueAtMs > latestMs) return this.#finish(definition, tried, 'EventAgeExceeded', result)
    await this.#commit.add(() => this.#events.set(keyOf(later), later))
    this.#schedule(definition, later)
  }

  async #finish(
    definition: FunctionDefinition,
    event: AsynchronousEvent,
    condition: InvocationCondition,
    result?: InvocationResult,
  ): Promise<void> {
    const { onSuccessArn, onFailureArn } = definition.asynchronous
    const destinationArn = condition === 'Success' ? onSuccessArn : onFailureArn
    if (condition !== 'Success') this.#options.log(describeFailure(event, condition, result))
    if (destinationArn !== undefined) {
      const record = invocationRecord({ definition, event, condition, result, nowMs: this.#options.clock.now() })
      try {
        await this.#options.deliver(destinationArn, record, definition)
      } catch (error) {
        this.#options.log(`The record of ${event.requestId} did not reach ${destinationArn}: ${String(error)}`)
      }
    }
    await this.#commit.add(() => this.#events.delete(keyOf(event)))
  }
}

/** Keys sort by time of arrival. */
const keyOf = ({ receivedAtMs, requestId }: AsynchronousEvent) =>
  `${String(receivedAtMs).padStart(15, '0')}-${requestId}`

function describeFailure(
  { functionName, requestId, attempts }: AsynchronousEvent,
  condition: InvocationCondition,
  result: InvocationResult | undefined,
): string {
  return `Gave up an event for ${functionName} after ${attempts} attempts (${condition}, ${requestId}): ${result?.payload ?? ''}`
}
