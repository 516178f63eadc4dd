import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { DurableMap } from '../durable-store.ts'
import type { QueueDefinition } from '../template/queues.ts'
import { Message, type MessageAttribute } from './message.ts'

export type NewMessage = {
  readonly body: string
  readonly attributes?: Readonly<Record<string, MessageAttribute>>
  /** @default the queue's own delay */
  readonly delaySeconds?: number
}

export type QueueOptions = {
  readonly definition: QueueDefinition
  /** Shared by all queues; keys begin with the queue's name. */
  readonly messages: DurableMap
  readonly clock: Clock
  /** Moves a message that was received too often; returns false when there is no such queue. */
  readonly moveToDeadLetters: (queueArn: string, message: NewMessage) => boolean
}

/** A standard queue: durable, at least once, a received message hidden for the visibility timeout. */
export class Queue {
  readonly definition: QueueDefinition
  readonly #options: QueueOptions
  /** By storage key, in order of arrival. */
  readonly #messages = new Map<string, Message>()
  /** Storage keys by receipt handle. */
  readonly #received = new Map<string, string>()
  #lastKey = 0
  readonly #waiters = new Set<() => void>()

  constructor(options: QueueOptions) {
    this.definition = options.definition
    this.#options = options
    for (const [key, value] of options.messages.entries(`${this.definition.name}/`)) {
      const message = Message.parse(value)
      this.#messages.set(key, message)
      if (message.receiptHandle !== null) this.#received.set(message.receiptHandle, key)
      this.#lastKey = Math.max(this.#lastKey, Number(key.slice(key.lastIndexOf('/') + 1)))
    }
  }

  /** Numbers of messages that can be received, that are being worked on, and that are delayed. */
  get counts(): { readonly visible: number; readonly inFlight: number; readonly delayed: number } {
    const now = this.#options.clock.now()
    const hidden = [...this.#messages.values()].filter(({ visibleAtMs }) => visibleAtMs > now)
    const inFlight = hidden.filter(({ receiptHandle }) => receiptHandle !== null).length
    return { visible: this.#messages.size - hidden.length, inFlight, delayed: hidden.length - inFlight }
  }

  send({ body, attributes = {}, delaySeconds }: NewMessage): Message {
    const now = this.#options.clock.now()
    const message: Message = {
      id: randomUUID(),
      body,
      attributes: { ...attributes },
      sentAtMs: now,
      visibleAtMs: now + (delaySeconds ?? this.definition.delaySeconds) * 1000,
      receiveCount: 0,
      firstReceivedAtMs: null,
      receiptHandle: null,
    }
    this.#lastKey += 1
    this.#keep(`${this.definition.name}/${String(this.#lastKey).padStart(15, '0')}`, message)
    this.#wake()
    return message
  }

  /** Takes up to `most` messages and hides them. */
  receive(most: number, visibilitySeconds = this.definition.visibilityTimeoutSeconds): readonly Message[] {
    const now = this.#options.clock.now()
    const taken: Message[] = []
    for (const [key, message] of this.#messages) {
      if (taken.length === most) break
      if (message.visibleAtMs > now || this.#leaves(key, message, now)) continue
      if (message.receiptHandle !== null) this.#received.delete(message.receiptHandle)
      const received = {
        ...message,
        visibleAtMs: now + visibilitySeconds * 1000,
        receiveCount: message.receiveCount + 1,
        firstReceivedAtMs: message.firstReceivedAtMs ?? now,
        receiptHandle: randomUUID(),
      }
      this.#received.set(received.receiptHandle, key)
      this.#keep(key, received)
      taken.push(received)
    }
    return taken
  }

  /** Resolves at the next moment when receiving may give more than now, or at `untilMs`, or when the signal aborts. */
  async changed(untilMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return
    const { clock } = this.#options
    const atMs = Math.min(untilMs, this.#nextVisibleMs(clock.now()))
    await new Promise<void>((resolve) => {
      const finish = () => {
        cancel()
        this.#waiters.delete(finish)
        signal?.removeEventListener('abort', finish)
        resolve()
      }
      const cancel = clock.at(atMs, finish)
      this.#waiters.add(finish)
      signal?.addEventListener('abort', finish)
    })
  }

  /** Deletes a received message; false for a handle of no message or of an earlier receive. */
  delete(receiptHandle: string): boolean {
    const key = this.#received.get(receiptHandle)
    if (key === undefined) return false
    this.#forget(key, receiptHandle)
    return true
  }

  /** Hides a received message for another while, or shows it again with 0. */
  changeVisibility(receiptHandle: string, seconds: number): boolean {
    const key = this.#received.get(receiptHandle)
    const message = key === undefined ? undefined : this.#messages.get(key)
    if (key === undefined || !message) return false
    this.#keep(key, { ...message, visibleAtMs: this.#options.clock.now() + seconds * 1000 })
    this.#wake()
    return true
  }

  purge(): void {
    for (const [key, { receiptHandle }] of this.#messages) this.#forget(key, receiptHandle)
  }

  /** True when the message is too old or was received too often, and is gone from here. */
  #leaves(key: string, message: Message, now: number): boolean {
    const { retentionSeconds, redrive } = this.definition
    const tooOld = now - message.sentAtMs > retentionSeconds * 1000
    const tooOften = redrive !== undefined && message.receiveCount >= redrive.maxReceiveCount
    const moved = !tooOld && tooOften && this.#options.moveToDeadLetters(redrive.deadLetterArn, message)
    if (!tooOld && !moved) return false
    this.#forget(key, message.receiptHandle)
    return true
  }

  #nextVisibleMs(now: number): number {
    let next = Number.POSITIVE_INFINITY
    for (const { visibleAtMs } of this.#messages.values())
      if (visibleAtMs > now && visibleAtMs < next) next = visibleAtMs
    return next
  }

  #keep(key: string, message: Message): void {
    this.#options.messages.set(key, message)
    this.#messages.set(key, message)
  }

  #forget(key: string, receiptHandle: string | null): void {
    this.#options.messages.delete(key)
    this.#messages.delete(key)
    if (receiptHandle !== null) this.#received.delete(receiptHandle)
  }

  #wake(): void {
    for (const wake of [...this.#waiters]) wake()
  }
}
