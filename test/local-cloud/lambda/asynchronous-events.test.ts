import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../../local/clock.ts'
import { DurableStore } from '../../../local/durable-store.ts'
import { eventually } from '../eventually.ts'
import type { Resources } from '../template/cloud-assembly-fixture.ts'
import { startLambda } from './functions-fixture.ts'

const START = Date.parse('2026-03-01T12:00:00Z')
const MINUTE = 60_000

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:dead'

/** Fails until the event says otherwise, and writes one line per attempt. */
const code = {
  'f.mjs': `let n = 0
    export const handler = async (event) => {
      n += 1
      console.log(n)
      if (n < (event.succeedsAt ?? Infinity)) throw new Error('attempt ' + n)
      return 'done'
    }`,
}

const policy = (properties: object): Resources => ({
  Policy: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: { FunctionName: 'f', DestinationConfig: { OnFailure: { Destination: QUEUE } }, ...properties },
  },
})

const kept = (store: DurableStore) => [...store.map('asynchronous_events').entries()].map(([, event]) => event)

const left = (store: DurableStore) => kept(store).length

/** Waits until the only event has failed so many times. */
const afterAttempt = (attempts: number, store: DurableStore) =>
  eventually(() => kept(store)).toMatchObject([{ attempts }])

function start(properties: object = {}, store = new DurableStore(':memory:'), clock = new ManualClock(START)) {
  return { ...startLambda({ code, resources: policy(properties), store, clock }), store, clock }
}

describe('an asynchronous event', () => {
  it('is kept until its function has succeeded', async () => {
    const { lambda, lines, store } = start()
    await lambda.accept('f', '{"succeedsAt":1}')
    expect(left(store)).toBe(1)
    await eventually(() => left(store)).toBe(0)
    await eventually(() => lines).toEqual(['f: 1'])
  })

  it('is tried again after one minute and after two more, then ends as a record at the destination', async () => {
    const { lambda, lines, clock, delivered, store } = start()
    const requestId = await lambda.accept('f', '{"a":1}')
    await afterAttempt(1, store)
    await clock.moveTo(START + MINUTE - 1)
    expect(lines).toEqual(['f: 1'])
    await clock.moveTo(START + MINUTE)
    await clock.moveTo(START + 3 * MINUTE - 1)
    expect(delivered).toEqual([])
    await clock.moveTo(START + 3 * MINUTE)
    await eventually(() => lines).toEqual(['f: 1', 'f: 2', 'f: 3'])
    await eventually(() => left(store)).toBe(0)
    expect(delivered).toEqual([
      {
        arn: QUEUE,
        record: {
          version: '1.0',
          timestamp: '2026-03-01T12:03:00.000Z',
          requestContext: {
            requestId,
            functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST',
            condition: 'RetriesExhausted',
            approximateInvokeCount: 3,
          },
          requestPayload: { a: 1 },
          responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
          responsePayload: { errorType: 'Error', errorMessage: 'attempt 3', trace: expect.any(Array) },
        },
      },
    ])
  })

  it('is not tried again when the function allows no retries', async () => {
    const { lambda, delivered } = start({ MaximumRetryAttempts: 0 })
    await lambda.accept('f', '{}')
    await eventually(() => delivered).toMatchObject([
      { record: { requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 } } },
    ])
  })

  it('ends early when its next attempt would come after its greatest age', async () => {
    const { lambda, delivered, clock, store } = start({ MaximumEventAgeInSeconds: 90 })
    await lambda.accept('f', '{}')
    await afterAttempt(1, store)
    await clock.moveTo(START + MINUTE)
    expect(delivered).toMatchObject([
      { record: { requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 2 } } },
    ])
  })

  it('goes to a function as destination too, as an event of its own', async () => {
    const { lambda, lines } = startLambda({
      code: {
        'f.mjs': 'export const handler = async () => { throw new Error("x") }',
        'g.mjs': 'export const handler = async (record) => console.log(record.requestContext.condition)',
      },
      resources: policy({
        MaximumRetryAttempts: 0,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['g', 'Arn'] } } },
      }),
    })
    await lambda.accept('f', '{}')
    await eventually(() => lines).toEqual(['g: RetriesExhausted'])
  })

  it('survives a restart in the middle of an attempt, which then does not count', async () => {
    const store = new DurableStore(':memory:')
    const hangs = {
      'f.mjs':
        'export const handler = async () => { console.log("begun"); await new Promise(() => setTimeout(() => {}, 1e6)) }',
    }
    const before = startLambda({
      code: hangs,
      store,
      clock: new ManualClock(START),
      properties: { f: { Timeout: 100 } },
    })
    await before.lambda.accept('f', '{"succeedsAt":1}')
    await eventually(() => before.lines).toEqual(['f: begun'])
    await before.lambda.close()
    expect(left(store)).toBe(1)

    const after = start({}, store)
    after.lambda.start()
    await eventually(() => left(store)).toBe(0)
    expect([after.lines, after.delivered]).toEqual([['f: 1'], []])
  })

  it('waits for its retry over a restart', async () => {
    const store = new DurableStore(':memory:')
    const before = start({}, store)
    await before.lambda.accept('f', '{"succeedsAt":1e9}')
    await afterAttempt(1, store)
    await before.lambda.close()

    const after = start({}, store, new ManualClock(START + 30_000))
    after.lambda.start()
    await after.clock.moveTo(START + MINUTE - 1)
    expect(after.lines).toEqual([])
    await after.clock.moveTo(START + MINUTE)
    await eventually(() => after.lines).toEqual(['f: 1'])
    await afterAttempt(2, store)
  })

  it('of a function that is no longer there is dropped with a message', () => {
    const store = new DurableStore(':memory:')
    const event = {
      functionName: 'gone',
      requestId: 'r',
      payload: '{}',
      receivedAtMs: START,
      attempts: 0,
      dueAtMs: START,
    }
    store.map('asynchronous_events').set('key', event)
    const { lambda, log } = start({}, store)
    lambda.start()
    expect([log, left(store)]).toEqual([['Dropped an event for the function gone, which is no longer there'], 0])
  })
})
