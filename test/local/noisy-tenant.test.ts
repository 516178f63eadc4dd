import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../support/api-client.ts'
import { accountsByMailbox } from '../support/api-client.ts'
import { compareTails, weightedQuantile } from '../support/compare-tails.ts'
import type { Noise } from '../support/noise.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'

/** `NOISE=full` measures for ten minutes; it needs a machine that has nothing else to do. */
const IS_FULL = process.env.NOISE === 'full'

const ROUNDS = 90
const BLOCK_MS = 1_200
/** What the noise left behind is not measured. */
const PAUSE_MS = 250
/** A round in all states takes no longer. */
const ROUND_SECONDS = 6
const TIMES_THE_QUOTA = 10
const TOLERANCE = 1.1

const STATES = ['here', 'elsewhere', 'off'] as const satisfies readonly Noise[]

const started = (file: string, args: readonly string[] = []): ChildProcess =>
  fork(fileURLToPath(new URL(`../support/${file}`, import.meta.url)), args, { execArgv: [] })

/**
 * What Punctual does with the noise is what is judged. To send it takes a process that AWS would not run beside the function,
 * and here it does. So the noise of the comparison is sent, too: elsewhere, to a process that refuses it with next to no work.
 * Requests within its quota are no noise: a round begins when the minute's are used up, and ends before the next ones.
 */
describe.runIf(IS_FULL)('a noisy tenant at ten times its quota', () => {
  let service: PunctualService
  let noisy: Account
  let quiet: Account
  const children: ChildProcess[] = []

  beforeAll(async () => {
    service = await startService()
    const newAccount = accountsByMailbox(service.url)
    ;[noisy, quiet] = [await newAccount(), await newAccount()]
    await quiet.api.must('PUT', '/api/users/plan', { plan: 'PRO' })
  })
  afterAll(async () => {
    for (const child of children) if (child.connected) child.disconnect()
    await service?.discard()
  })

  /** A process that sends so many requests a second, here or elsewhere. */
  async function startNoise(perSecond: number) {
    const refuser = started('refuser.ts')
    children.push(refuser)
    const [port] = await once(refuser, 'message')
    const urls = [`${service.url}/api/jobs`, `http://127.0.0.1:${port}/api/jobs`]
    const child = started('noise.ts', [...urls, noisy.session.accessToken, `${perSecond}`])
    children.push(child)
    return {
      set: (state: Noise) => void child.send(state),
      async end(): Promise<Readonly<Record<string, number>>> {
        const told = once(child, 'message')
        child.send('end')
        const [statuses] = await told
        return statuses
      },
    }
  }

  /** Starts what tells, when asked, how long the quiet tenant waits for each answer while it asks for a while, ms. */
  function startNeighbour(): () => Promise<readonly number[]> {
    const child = started('neighbour.ts', [`${service.url}/api/jobs`, quiet.session.accessToken])
    children.push(child)
    const failed = once(child, 'exit').then(([code]) => Promise.reject(new Error(`The quiet one ended with ${code}`)))
    failed.catch(() => {})
    return async () => {
      const told = once(child, 'message')
      child.send(BLOCK_MS)
      const [samples] = await Promise.race([told, failed])
      return samples
    }
  }

  /** Has the noise use up its quota, and waits for the next minute where this one is nearly over. */
  async function exhaust(source: Awaited<ReturnType<typeof startNoise>>): Promise<void> {
    for (;;) {
      const { status, headers } = await noisy.api.get('/api/jobs')
      const leftSeconds = Number(headers.get('retry-after'))
      if (status === 429 && leftSeconds > ROUND_SECONDS) return
      source.set(status === 429 ? 'off' : 'here')
      await wait(status === 429 ? leftSeconds * 1000 : PAUSE_MS)
    }
  }

  it('is answered 429, and leaves a quiet one the p99 that it has alone', async () => {
    const policy = (await noisy.api.get('/api/jobs')).headers.get('ratelimit-policy')
    const quota = Number(/q=(\d+)/.exec(policy ?? '')?.[1])
    const source = await startNoise((TIMES_THE_QUOTA * quota) / 60)
    const measure = startNeighbour()
    for (const state of STATES) {
      source.set(state)
      await measure()
    }
    const rounds: Readonly<Record<Noise, readonly number[]>>[] = []
    for (let n = 0; n < ROUNDS; n++) {
      const samples: Record<Noise, readonly number[]> = { here: [], elsewhere: [], off: [] }
      await exhaust(source)
      // Each is the first, the second and the third equally often.
      for (const state of [...STATES.slice(n % 3), ...STATES.slice(0, n % 3)]) {
        source.set(state)
        await wait(PAUSE_MS)
        samples[state] = await measure()
      }
      rounds.push(samples)
    }
    const statuses = await source.end()
    const compare = (one: Noise, other: Noise, quantile: number) =>
      compareTails(
        rounds.map((samples) => ({ shared: samples[one], alone: samples[other] })),
        quantile,
        Math.random,
      )
    const p99 = compare('here', 'elsewhere', 0.99)
    const p99Of = (state: Noise) => weightedQuantile([rounds.flatMap((samples) => samples[state])])(0.99, [1])
    console.info('with noise, the quiet tenant waits so many times as long', {
      'as with the same noise elsewhere': { median: compare('here', 'elsewhere', 0.5), p99 },
      'as without any': { median: compare('here', 'off', 0.5), p99: compare('here', 'off', 0.99) },
      'p99, ms': { here: p99Of('here'), elsewhere: p99Of('elsewhere'), off: p99Of('off') },
      statuses,
    })
    expect(Object.keys(statuses).toSorted()).toEqual(['elsewhere 429', 'here 200', 'here 429'])
    expect(statuses['here 429']).toBeGreaterThan(statuses['here 200'] ?? 0)
    expect(p99.low).toBeLessThanOrEqual(TOLERANCE)
  }, 1_800_000)
})
