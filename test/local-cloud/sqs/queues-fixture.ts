import { ManualClock } from '../../../local/clock.ts'
import { DurableStore } from '../../../local/durable-store.ts'
import type { Queue } from '../../../local/sqs/queue.ts'
import { Queues } from '../../../local/sqs/queues.ts'
import type { QueueDefinition } from '../../../local/template/queues.ts'

export const START = Date.parse('2026-03-01T12:00:00Z')

export const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`

export const queueDefinition = (name: string, changes: Partial<QueueDefinition> = {}): QueueDefinition => ({
  name,
  arn: arnOf(name),
  url: `http://127.0.0.1:9324/000000000000/${name}`,
  visibilityTimeoutSeconds: 30,
  delaySeconds: 0,
  receiveWaitSeconds: 0,
  retentionSeconds: 3600,
  redrive: undefined,
  ...changes,
})

export type QueuesFixture = { readonly queues: Queues; readonly clock: ManualClock; readonly store: DurableStore }

export function createQueues(
  definitions: readonly QueueDefinition[],
  store = new DurableStore(':memory:'),
  clock = new ManualClock(START),
): QueuesFixture {
  return { queues: new Queues({ definitions, store, clock }), clock, store }
}

export function queueNamed(queues: Queues, name: string): Queue {
  const queue = queues.find(name)
  if (!queue) throw new Error(`There is no queue ${name}`)
  return queue
}
