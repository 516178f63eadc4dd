import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { InvocationResult } from '../lambda/function-messages.ts'
import type { EventSourceDefinition } from '../template/functions.ts'
import { attributesDigest, bodyDigest, type Message, type MessageAttribute, systemAttributes } from './message.ts'
import type { Queue } from './queue.ts'

/** Batches of one queue that are worked on at the same time. */
const CONCURRENT_BATCHES = 2

/** How long an empty queue is watched before it is looked at again; new messages show at once, in milliseconds. */
const LOOK_AGAIN_MS = 60_000

const BatchAnswer = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })).nullish() })

export type EventSourceOptions = {
  readonly definition: EventSourceDefinition
  readonly queue: Queue
  readonly region: string
  readonly clock: Clock
  readonly invoke: (functionArn: string, event: string) => Promise<InvocationResult>
  readonly log: (message: string) => void
}

/**
 * Feeds a function with batches from a queue: what it handled is deleted, the rest shows again after the queue's
 * visibility timeout. Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS".
 */
export class EventSource {
  readonly #options: EventSourceOptions
  readonly #closing = new AbortController()
  #loops: readonly Promise<void>[] = []

  constructor(options: EventSourceOptions) {
    this.#options = options
  }

  start(): void {
    this.#loops = Array.from({ length: CONCURRENT_BATCHES }, () => this.#feed())
  }

  /** Ends when the batches in work have been handled, or failed. */
  async close(): Promise<void> {
    this.#closing.abort()
    await Promise.all(this.#loops)
  }

  async #feed(): Promise<void> {
    const { queue, clock } = this.#options
    while (!this.#closing.signal.aborted) {
      const messages = await this.#nextBatch()
      if (messages.length > 0) await this.#handle(messages)
      else await queue.changed(clock.now() + LOOK_AGAIN_MS, this.#closing.signal)
    }
  }

  /** Collects until the batch is full or the batching window has passed since its first message. */
  async #nextBatch(): Promise<readonly Message[]> {
    const { definition, queue, clock } = this.#options
    const messages = [...queue.receive(definition.batchSize)]
    const untilMs = clock.now() + definition.batchingWindowSeconds * 1000
    while (messages.length > 0 && messages.length < definition.batchSize && clock.now() < untilMs) {
      await queue.changed(untilMs, this.#closing.signal)
      if (this.#closing.signal.aborted) break
      messages.push(...queue.receive(definition.batchSize - messages.length))
    }
    return messages
  }

  async #handle(messages: readonly Message[]): Promise<void> {
    const { definition, queue, region, invoke, log } = this.#options
    const Records = messages.map((message) => record(message, definition.queueArn, region))
    const result = await invoke(definition.functionArn, JSON.stringify({ Records }))
    if (this.#closing.signal.aborted) return
    const failed = failedMessages(result, messages, definition.reportsItemFailures)
    if (failed.size > 0) log(`${definition.functionArn} failed on ${failed.size} of ${messages.length} messages`)
    for (const { id, receiptHandle } of messages) if (!failed.has(id)) queue.delete(receiptHandle ?? '')
  }
}

/** Ids of the messages to be tried again: all of them when the answer is no valid one. */
function failedMessages(
  result: InvocationResult,
  messages: readonly Message[],
  reportsItemFailures: boolean,
): ReadonlySet<string> {
  const all = new Set(messages.map(({ id }) => id))
  if (result.outcome === 'failed') return all
  if (!reportsItemFailures) return new Set()
  const answer: unknown = JSON.parse(result.payload)
  const parsed = BatchAnswer.safeParse(answer ?? {})
  if (!parsed.success) return all
  const named = (parsed.data.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier)
  return named.every((id) => all.has(id)) ? new Set(named) : all
}

function record(message: Message, eventSourceARN: string, awsRegion: string): Readonly<Record<string, unknown>> {
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributes(message, 'local'),
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, attribute]) => [name, eventAttribute(attribute)]),
    ),
    md5OfBody: bodyDigest(message),
    md5OfMessageAttributes: attributesDigest(message.attributes),
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion,
  }
}

const eventAttribute = ({ DataType, StringValue, BinaryValue }: MessageAttribute) => ({
  stringValue: StringValue,
  binaryValue: BinaryValue,
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType,
})
