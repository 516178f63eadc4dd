import { describe, expect, it, onTestFinished } from 'vitest'
import { failedWith, type InvocationResult } from '../../../local/lambda/function-messages.ts'
import { EventSource } from '../../../local/sqs/event-source.ts'
import type { EventSourceDefinition } from '../../../local/template/functions.ts'
import { eventually } from '../eventually.ts'
import { arnOf, createQueues, queueDefinition, queueNamed, START } from './queues-fixture.ts'

type Batch = { readonly Records: readonly { readonly messageId: string; readonly body: string }[] }

const succeeded = (answer: unknown): InvocationResult => ({ outcome: 'succeeded', payload: JSON.stringify(answer) })

const failed = failedWith({ errorType: 'Error', errorMessage: 'x' })

type Given = {
  readonly answer: (batch: Batch) => InvocationResult
  readonly source?: Partial<EventSourceDefinition>
  readonly queue?: Parameters<typeof queueDefinition>[1]
}

function feed({ answer, source = {}, queue: changes = {} }: Given) {
  const { queues, clock } = createQueues([queueDefinition('q', changes), queueDefinition('dead')])
  const queue = queueNamed(queues, 'q')
  const batches: string[][] = []
  const events: Batch[] = []
  const eventSource = new EventSource({
    definition: {
      functionArn: 'arn:f',
      queueArn: arnOf('q'),
      batchSize: 10,
      batchingWindowSeconds: 0,
      reportsItemFailures: true,
      ...source,
    },
    queue,
    region: 'us-east-1',
    clock,
    async invoke(_arn, json) {
      const event: Batch = JSON.parse(json)
      events.push(event)
      batches.push(event.Records.map(({ body }) => body))
      return answer(event)
    },
    log: () => {},
  })
  onTestFinished(() => eventSource.close())
  return { queue, dead: queueNamed(queues, 'dead'), clock, batches, events, eventSource }
}

const empty = { visible: 0, inFlight: 0, delayed: 0 }

describe('an event source', () => {
  it('gives messages to the function as SQS events and deletes what it handled', async () => {
    const { queue, events, eventSource } = feed({ answer: () => succeeded(null) })
    queue.send({ body: 'a', attributes: { WHY: { DataType: 'String', StringValue: 'x' } } })
    eventSource.start()
    await eventually(() => queue.counts).toEqual(empty)
    expect(events).toEqual([
      {
        Records: [
          {
            messageId: expect.any(String),
            receiptHandle: expect.any(String),
            body: 'a',
            attributes: {
              SenderId: 'local',
              SentTimestamp: String(START),
              ApproximateReceiveCount: '1',
              ApproximateFirstReceiveTimestamp: String(START),
            },
            messageAttributes: {
              WHY: { dataType: 'String', stringValue: 'x', stringListValues: [], binaryListValues: [] },
            },
            md5OfBody: '0cc175b9c0f1b6a831c399e269772661',
            md5OfMessageAttributes: expect.any(String),
            eventSource: 'aws:sqs',
            eventSourceARN: arnOf('q'),
            awsRegion: 'us-east-1',
          },
        ],
      },
    ])
  })

  it('fills batches up to their size and sees messages that come later', async () => {
    const { queue, batches, eventSource } = feed({ answer: () => succeeded({}), source: { batchSize: 2 } })
    for (const body of ['1', '2', '3']) queue.send({ body })
    eventSource.start()
    await eventually(() => batches.flat().toSorted()).toEqual(['1', '2', '3'])
    expect(batches.map(({ length }) => length).toSorted()).toEqual([1, 2])
    queue.send({ body: '4' })
    await eventually(() => batches.flat()).toContain('4')
  })

  it('waits for a batch to fill until the window has passed', async () => {
    const { queue, batches, eventSource, clock } = feed({
      answer: () => succeeded({}),
      source: { batchSize: 3, batchingWindowSeconds: 5 },
    })
    queue.send({ body: '1' })
    eventSource.start()
    queue.send({ body: '2' })
    await clock.moveTo(START + 4999)
    expect(batches).toEqual([])
    await clock.moveTo(START + 5000)
    await eventually(() => batches.flat().toSorted()).toEqual(['1', '2'])
  })

  it('tries only the messages again that the function names, after the visibility timeout', async () => {
    let failing = true
    const { queue, batches, clock, eventSource } = feed({
      answer: ({ Records }) =>
        succeeded({
          batchItemFailures: Records.filter(({ body }) => failing && body === 'bad').map(({ messageId }) => ({
            itemIdentifier: messageId,
          })),
        }),
    })
    for (const body of ['good', 'bad', 'fine']) queue.send({ body })
    eventSource.start()
    await eventually(() => queue.counts).toEqual({ ...empty, inFlight: 1 })
    failing = false
    await clock.moveTo(START + 30_000)
    await eventually(() => queue.counts).toEqual(empty)
    expect(batches).toEqual([['good', 'bad', 'fine'], ['bad']])
  })

  it.each<[what: string, answer: InvocationResult, reports: boolean]>([
    ['fails', failed, true],
    ['fails, without reports of items', failed, false],
    ['names a message that was not in the batch', succeeded({ batchItemFailures: [{ itemIdentifier: 'x' }] }), true],
    ['answers what is no report', succeeded({ batchItemFailures: 'all' }), true],
  ])('tries the whole batch again when the function %s', async (_what, answer, reportsItemFailures) => {
    const { queue, batches, clock, eventSource } = feed({ answer: () => answer, source: { reportsItemFailures } })
    queue.send({ body: '1' })
    queue.send({ body: '2' })
    eventSource.start()
    await eventually(() => batches).toHaveLength(1)
    expect(queue.counts).toEqual({ ...empty, inFlight: 2 })
    await clock.moveTo(START + 30_000)
    await eventually(() => batches).toEqual([
      ['1', '2'],
      ['1', '2'],
    ])
  })

  it('ignores reports of items unless they were asked for', async () => {
    const { queue, eventSource } = feed({
      answer: ({ Records }) => succeeded({ batchItemFailures: [{ itemIdentifier: Records[0]?.messageId }] }),
      source: { reportsItemFailures: false },
    })
    queue.send({ body: '1' })
    eventSource.start()
    await eventually(() => queue.counts).toEqual(empty)
  })

  it('gives up a message after the receives that the queue allows', async () => {
    const { queue, dead, clock, batches, eventSource } = feed({
      answer: () => failed,
      queue: { redrive: { deadLetterArn: arnOf('dead'), maxReceiveCount: 2 } },
    })
    queue.send({ body: 'poison' })
    eventSource.start()
    await eventually(() => batches).toHaveLength(1)
    await clock.moveTo(START + 30_000)
    await eventually(() => batches).toHaveLength(2)
    await clock.moveTo(START + 60_000)
    await eventually(() => dead.counts.visible).toBe(1)
    expect([batches.length, queue.counts]).toEqual([2, empty])
  })
})
