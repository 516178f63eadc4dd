import { describe, expect, it } from 'vitest'
import { arnOf, createQueues, queueDefinition, queueNamed, START } from './queues-fixture.ts'

function createQueue(changes: Parameters<typeof queueDefinition>[1] = {}) {
  const fixture = createQueues([queueDefinition('q', changes), queueDefinition('dead')])
  return { ...fixture, queue: queueNamed(fixture.queues, 'q'), dead: queueNamed(fixture.queues, 'dead') }
}

const bodies = (messages: readonly { readonly body: string }[]) => messages.map(({ body }) => body)

describe('a queue', () => {
  it('gives messages in order of arrival, at most as many as asked for', () => {
    const { queue } = createQueue()
    for (const body of ['1', '2', '3']) queue.send({ body })
    expect([bodies(queue.receive(2)), bodies(queue.receive(2)), bodies(queue.receive(2))]).toEqual([
      ['1', '2'],
      ['3'],
      [],
    ])
  })

  it('shows a received message again after the visibility timeout, with its count', async () => {
    const { queue, clock } = createQueue()
    queue.send({ body: 'a' })
    expect(queue.receive(1)[0]).toMatchObject({ receiveCount: 1, firstReceivedAtMs: START })
    await clock.moveTo(START + 29_999)
    expect(queue.receive(1)).toEqual([])
    await clock.moveTo(START + 30_000)
    expect(queue.receive(1)[0]).toMatchObject({ receiveCount: 2, firstReceivedAtMs: START, sentAtMs: START })
  })

  it('shows it again earlier or later when its visibility is changed', async () => {
    const { queue, clock } = createQueue()
    queue.send({ body: 'a' })
    const handle = () => queue.receive(1)[0]?.receiptHandle ?? ''
    expect(queue.changeVisibility(handle(), 0)).toBe(true)
    expect(queue.changeVisibility(handle(), 100)).toBe(true)
    await clock.moveTo(START + 99_000)
    expect(queue.receive(1)).toEqual([])
    await clock.moveTo(START + 100_000)
    expect(queue.receive(1)).toHaveLength(1)
    expect(queue.changeVisibility('no handle', 1)).toBe(false)
  })

  it('forgets a deleted message, but not by the handle of an earlier receive', async () => {
    const { queue, clock } = createQueue()
    queue.send({ body: 'a' })
    const first = queue.receive(1)[0]?.receiptHandle ?? ''
    await clock.moveTo(START + 30_000)
    const second = queue.receive(1)[0]?.receiptHandle ?? ''
    expect([queue.delete(first), queue.delete(second), queue.delete(second)]).toEqual([false, true, false])
    await clock.moveTo(START + 90_000)
    expect(queue.receive(1)).toEqual([])
  })

  it('holds back delayed messages', async () => {
    const { queue, clock } = createQueue({ delaySeconds: 5 })
    queue.send({ body: 'queue' })
    queue.send({ body: 'own', delaySeconds: 10 })
    queue.send({ body: 'none', delaySeconds: 0 })
    expect(queue.counts).toEqual({ visible: 1, inFlight: 0, delayed: 2 })
    expect(bodies(queue.receive(10))).toEqual(['none'])
    await clock.moveTo(START + 5000)
    expect(bodies(queue.receive(10))).toEqual(['queue'])
    expect(queue.counts).toEqual({ visible: 0, inFlight: 2, delayed: 1 })
  })

  it('moves a message that was received too often to the dead letters', async () => {
    const { queue, dead, clock } = createQueue({ redrive: { deadLetterArn: arnOf('dead'), maxReceiveCount: 2 } })
    const attributes = { WHY: { DataType: 'String', StringValue: 'x' } }
    queue.send({ body: 'a', attributes })
    for (const seconds of [0, 30]) {
      await clock.moveTo(START + seconds * 1000)
      expect(queue.receive(1)).toHaveLength(1)
    }
    await clock.moveTo(START + 60_000)
    expect(queue.receive(1)).toEqual([])
    expect(queue.counts).toEqual({ visible: 0, inFlight: 0, delayed: 0 })
    expect(dead.receive(1)).toMatchObject([{ body: 'a', attributes, receiveCount: 1 }])
  })

  it('drops messages beyond the retention time', async () => {
    const { queue, clock } = createQueue()
    queue.send({ body: 'old' })
    await clock.moveTo(START + 3_600_001)
    queue.send({ body: 'new' })
    expect(bodies(queue.receive(10))).toEqual(['new'])
  })

  it('keeps messages, counts and handles over a restart', async () => {
    const definitions = [queueDefinition('q'), queueDefinition('qq')]
    const before = createQueues(definitions)
    const queue = queueNamed(before.queues, 'q')
    queue.send({ body: 'taken' })
    queue.send({ body: 'waiting' })
    queueNamed(before.queues, 'qq').send({ body: 'of another queue' })
    const handle = queue.receive(1)[0]?.receiptHandle ?? ''

    const after = createQueues(definitions, before.store, before.clock)
    const again = queueNamed(after.queues, 'q')
    expect(bodies(again.receive(10))).toEqual(['waiting'])
    expect(again.delete(handle)).toBe(true)
    again.send({ body: 'after' })
    expect(bodies(again.receive(10))).toEqual(['after'])
  })

  it('wakes who waits: on a new message, on one that shows again, at the time they set, when they give up', async () => {
    const { queue, clock } = createQueue()
    const woken: string[] = []
    const wait = async (name: string, untilMs: number, signal?: AbortSignal) => {
      await queue.changed(untilMs, signal)
      woken.push(name)
    }
    const giveUp = new AbortController()
    const waits = [wait('aborted', START + 1e6, giveUp.signal)]
    giveUp.abort()
    await waits[0]
    waits.push(wait('sent', START + 1e6))
    queue.send({ body: 'a' })
    await waits[1]
    queue.receive(1)
    waits.push(wait('visible', START + 1e6), wait('time', START + 1000))
    await clock.moveTo(START + 1000)
    await clock.moveTo(START + 30_000)
    await Promise.all(waits)
    expect(woken).toEqual(['aborted', 'sent', 'time', 'visible'])
  })
})
