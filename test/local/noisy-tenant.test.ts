import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../support/api-client.ts'
import { accountsByMailbox } from '../support/api-client.ts'
import { compareTails, type Pair } from '../support/compare-tails.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'

/** `NOISE=full` measures for three minutes; it needs a machine that has nothing else to do. */
const IS_FULL = process.env.NOISE === 'full'

const PAIRS = 60
const BLOCK_MS = 1_200
/** What the noise left behind is not measured. */
const PAUSE_MS = 250
const BETWEEN_MS = 8
const TIMES_THE_QUOTA = 10
const TOLERANCE = 1.1

describe.runIf(IS_FULL)('a noisy tenant at ten times its quota', () => {
  let service: PunctualService
  let noisy: Account
  let quiet: Account
  let noise: Awaited<ReturnType<typeof startNoise>> | undefined

  beforeAll(async () => {
    service = await startService()
    const newAccount = accountsByMailbox(service.url)
    ;[noisy, quiet] = [await newAccount(), await newAccount()]
    await quiet.api.must('PUT', '/api/users/plan', { plan: 'PRO' })
  })
  afterAll(async () => {
    await noise?.end()
    await service?.discard()
  })

  /** A process that sends so many requests a second while it is on. */
  async function startNoise(perSecond: number) {
    const args = [`${service.url}/api/jobs`, noisy.session.accessToken, `${perSecond}`]
    const child = fork(fileURLToPath(new URL('../support/noise.ts', import.meta.url)), args, { execArgv: [] })
    return {
      set: (state: 'on' | 'off') => void child.send(state),
      async end(): Promise<Readonly<Record<string, number>>> {
        const told = once(child, 'message')
        child.send('end')
        const [statuses] = await told
        return statuses
      },
    }
  }

  /** How long the quiet tenant waits for each of its answers, ms. */
  async function measure(): Promise<number[]> {
    const samples: number[] = []
    for (const until = performance.now() + BLOCK_MS; performance.now() < until; ) {
      const sentAt = performance.now()
      const { status } = await quiet.api.get('/api/jobs')
      samples.push(performance.now() - sentAt)
      expect(status).toBe(200)
      await wait(BETWEEN_MS)
    }
    return samples
  }

  it('is answered 429, and leaves a quiet one the p99 that it has alone', async () => {
    const policy = (await noisy.api.get('/api/jobs')).headers.get('ratelimit-policy')
    const quota = Number(/q=(\d+)/.exec(policy ?? '')?.[1])
    const source = await startNoise((TIMES_THE_QUOTA * quota) / 60)
    noise = source
    for (const state of ['on', 'off'] as const) {
      source.set(state)
      await measure()
    }
    const pairs: Pair[] = []
    for (let n = 0; n < PAIRS; n++) {
      const samples = { on: [] as number[], off: [] as number[] }
      for (const state of n % 2 === 0 ? (['on', 'off'] as const) : (['off', 'on'] as const)) {
        source.set(state)
        await wait(PAUSE_MS)
        samples[state] = await measure()
      }
      pairs.push({ alone: samples.off, shared: samples.on })
    }
    const statuses = await source.end()
    noise = undefined
    const [median, p99] = [0.5, 0.99].map((quantile) => compareTails(pairs, quantile, Math.random))
    console.info('with noise, the quiet tenant waits', { median, p99 }, 'times as long; the noise got', statuses)
    expect(Object.keys(statuses).toSorted()).toEqual(['200', '429'])
    expect(statuses[429]).toBeGreaterThan(2 * (statuses[200] ?? 0))
    expect(p99?.low).toBeLessThanOrEqual(TOLERANCE)
  }, 600_000)
})
