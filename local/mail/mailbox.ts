import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { DurableStore } from '../durable-store.ts'
import { RecordMap } from '../record-map.ts'

const Message = z.object({
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string().exactOptional(),
  /** ISO 8601, UTC. */
  sentAt: z.string(),
})
export type Message = Readonly<z.infer<typeof Message>>

/** How many messages are kept; the oldest make room. */
const KEPT_MESSAGES = 10_000

/** Where mail goes instead of out: durable, readable, newest first. */
export class Mailbox {
  readonly #messages: RecordMap<Message>
  readonly #clock: Clock
  #last: number

  constructor({ store, clock }: { readonly store: DurableStore; readonly clock: Clock }) {
    this.#messages = new RecordMap(store, 'mail_messages', Message)
    this.#clock = clock
    this.#last = Math.max(0, ...[...this.#messages.entries()].map(([key]) => Number(key)))
  }

  deliver(message: Omit<Message, 'sentAt'>): void {
    this.#last += 1
    this.#messages.set(key(this.#last), { ...message, sentAt: new Date(this.#clock.now()).toISOString() })
    if (this.#last > KEPT_MESSAGES) this.#messages.delete(key(this.#last - KEPT_MESSAGES))
  }

  /** Newest first; those of one recipient when `to` is given (letter case does not count). */
  list(to?: string): readonly Message[] {
    const all = [...this.#messages.values()].reverse()
    return to === undefined ? all : all.filter((message) => message.to.toLowerCase() === to.toLowerCase())
  }
}

const key = (number: number) => String(number).padStart(15, '0')
