import type { Clock } from '../clock.ts'
import type { DurableStore } from '../durable-store.ts'
import type { QueueDefinition } from '../template/queues.ts'
import { Queue } from './queue.ts'

/** All queues of the template. */
export class Queues {
  readonly #byArn: ReadonlyMap<string, Queue>

  constructor(options: {
    readonly definitions: readonly QueueDefinition[]
    readonly store: DurableStore
    readonly clock: Clock
  }) {
    const messages = options.store.map('sqs_messages')
    this.#byArn = new Map(
      options.definitions.map((definition) => [
        definition.arn,
        new Queue({
          definition,
          messages,
          clock: options.clock,
          moveToDeadLetters: (arn, message) => this.find(arn)?.send({ ...message, delaySeconds: 0 }) !== undefined,
        }),
      ]),
    )
  }

  /** @param name ARN, URL or name of the queue */
  find(name: string): Queue | undefined {
    const lastPart = name.slice(name.lastIndexOf('/') + 1)
    return this.#byArn.get(name) ?? [...this.#byArn.values()].find(({ definition }) => definition.name === lastPart)
  }

  get all(): readonly Queue[] {
    return [...this.#byArn.values()]
  }
}
