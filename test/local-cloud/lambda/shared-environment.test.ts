import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eventually } from '../eventually.ts'
import { temporaryFolder } from '../template/cloud-assembly-fixture.ts'
import { startLambda } from './functions-fixture.ts'

const invoke = async ({ lambda }: ReturnType<typeof startLambda>, name: string, event: unknown = {}) => {
  const { outcome, payload } = await lambda.invoke(name, JSON.stringify(event))
  return { outcome, answer: JSON.parse(payload) }
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

/** Waits until so many of it run at the same time, then tells in which thread and how many were the most. */
const crowd = (size: number) => `import { threadId } from 'node:worker_threads'
  let running = 0
  let most = 0
  export const handler = async () => {
    running += 1
    most = Math.max(most, running)
    while (most < ${size}) await new Promise((resolve) => setTimeout(resolve, 2))
    await new Promise((resolve) => setTimeout(resolve, 2))
    running -= 1
    return { threadId, most }
  }`

describe('an environment that takes several invocations at once', () => {
  // A reservation of no more than one environment takes: there is but one worker.
  it('gets as many as it takes when it does nothing but wait, and no more', async () => {
    const fixture = startLambda({
      code: { 'crowd.mjs': crowd(20) },
      properties: { crowd: { Timeout: 30, ReservedConcurrentExecutions: 20 } },
      invocationsAtOnce: 20,
    })
    const results = await Promise.all(times(50, () => invoke(fixture, 'crowd')))
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['succeeded']))
    expect(new Set(results.map(({ answer }) => answer.threadId)).size).toBe(1)
    expect(new Set(results.map(({ answer }) => answer.most))).toEqual(new Set([20]))
  })

  it('gets no more than the reserved concurrency of its function', async () => {
    const fixture = startLambda({
      code: { 'crowd.mjs': crowd(3) },
      properties: { crowd: { Timeout: 30, ReservedConcurrentExecutions: 3 } },
      invocationsAtOnce: 20,
    })
    const results = await Promise.all(times(12, () => invoke(fixture, 'crowd')))
    expect(results).toEqual(
      times(12, () => ({ outcome: 'succeeded', answer: { threadId: expect.any(Number), most: 3 } })),
    )
  })

  it('answers each with its own result, in whatever order they end', async () => {
    const fixture = startLambda({
      code: {
        'own.mjs': `export const handler = async ({ number }, { awsRequestId }) => {
          await new Promise((resolve) => setTimeout(resolve, (number * 7) % 10))
          if (number % 3 === 0) throw new RangeError('number ' + number)
          return { number, awsRequestId }
        }`,
      },
      invocationsAtOnce: 64,
    })
    const results = await Promise.all(times(40, (number) => invoke(fixture, 'own', { number })))
    expect(results).toMatchObject(
      times(40, (number) =>
        number % 3 === 0
          ? { outcome: 'failed', answer: { errorType: 'RangeError', errorMessage: `number ${number}` } }
          : { outcome: 'succeeded', answer: { number } },
      ),
    )
    const ids = results.flatMap(({ answer }) => answer.awsRequestId ?? [])
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('ends for an invocation that times out, once the others have ended; new ones run elsewhere meanwhile', async () => {
    const fixture = startLambda({
      code: {
        'slow.mjs': `import { existsSync } from 'node:fs'
          import { threadId } from 'node:worker_threads'
          export const handler = async ({ hangs, until }) => {
            if (hangs) setTimeout(() => console.log('hanging'), 800)
            while (hangs || (until && !existsSync(until))) await new Promise((resolve) => setTimeout(resolve, 5))
            return threadId
          }`,
      },
      properties: { slow: { Timeout: 2 } },
      invocationsAtOnce: 8,
    })
    const until = join(temporaryFolder(), 'end')
    const hanging = invoke(fixture, 'slow', { hangs: true })
    await eventually(() => fixture.lines).toContain('slow: hanging')
    const neighbour = invoke(fixture, 'slow', { until })
    expect(await hanging).toMatchObject({ outcome: 'failed', answer: { errorType: 'Sandbox.Timedout' } })
    const elsewhere = invoke(fixture, 'slow')
    writeFileSync(until, '')
    const [one, other] = await Promise.all([neighbour, elsewhere])
    expect([one.outcome, other.outcome]).toEqual(['succeeded', 'succeeded'])
    expect(one.answer).not.toBe(other.answer)
  })

  it('fails all that it runs when it ends, and the next one runs', async () => {
    const fixture = startLambda({
      code: {
        'f.mjs': `export const handler = async ({ exits, waits }) => {
          if (exits) setTimeout(() => process.exit(7), 20)
          if (exits || waits) await new Promise(() => {})
          return 'fine'
        }`,
      },
      properties: { f: { Timeout: 30 } },
      invocationsAtOnce: 8,
    })
    expect(await invoke(fixture, 'f')).toMatchObject({ answer: 'fine' })
    const results = await Promise.all([invoke(fixture, 'f', { waits: true }), invoke(fixture, 'f', { exits: true })])
    const ended = { outcome: 'failed', answer: { errorType: 'Runtime.ExitError' } }
    expect(results).toMatchObject([ended, ended])
    expect(await invoke(fixture, 'f')).toEqual({ outcome: 'succeeded', answer: 'fine' })
  })

  it('is terminated when an endless loop keeps it from all else', async () => {
    const fixture = startLambda({
      code: { 'f.mjs': 'export const handler = async ({ loops }) => { if (loops) for (;;); return "fine" }' },
      properties: { f: { Timeout: 1 } },
      invocationsAtOnce: 8,
    })
    const results = await Promise.all(times(3, () => invoke(fixture, 'f', { loops: true })))
    expect(results).toMatchObject(times(3, () => ({ outcome: 'failed', answer: { errorType: 'Sandbox.Timedout' } })))
    expect(await invoke(fixture, 'f')).toEqual({ outcome: 'succeeded', answer: 'fine' })
  })
})
