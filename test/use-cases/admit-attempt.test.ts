import { beforeEach, describe, expect, it } from 'vitest'
import { type Attempt, attemptLimits } from '../../lambdas/domain/account/attempt-limits.ts'
import { Refusal } from '../../lambdas/domain/refusal.ts'
import type { AttemptCount } from '../../lambdas/ports/attempt-counter.ts'
import { admitAttempt } from '../../lambdas/use-cases/admit-attempt.ts'

/** A quarter of a second into a window of every length. */
const START = Date.parse('2027-01-31T08:00:00.250Z')
const by = { email: 'ada@example.com', sourceIp: '203.0.113.7' }

const succeed = async () => 'done'
const fail = async () => {
  throw new Refusal('invalid-credentials', 'wrong')
}

describe('admitAttempt', () => {
  let now: number
  let counts: Map<string, number>
  const attempts = {
    async add({ attempt, by, value, window }: AttemptCount, step: number) {
      const key = [attempt, by, value, window.startsAt].join(' ')
      const count = (counts.get(key) ?? 0) + step
      counts.set(key, count)
      return count
    },
  }
  beforeEach(() => {
    now = START
    counts = new Map()
  })

  const admit = (attempt: Attempt, act: () => Promise<string>, who: Partial<typeof by> = {}) =>
    admitAttempt({ attempts, clock: () => now }, attempt, { ...by, ...who }, act)
  const outcome = (attempt: Attempt, act: () => Promise<string>, who?: Partial<typeof by>) =>
    admit(attempt, act, who).catch((error: unknown) => (error instanceof Refusal ? error.code : Promise.reject(error)))
  const times = async (count: number, attempt: Attempt, act: () => Promise<string>, who?: Partial<typeof by>) => {
    const outcomes: string[] = []
    for (let n = 0; n < count; n++) outcomes.push(await outcome(attempt, act, who))
    return new Set(outcomes)
  }

  const all = Object.entries(attemptLimits) as [Attempt, (typeof attemptLimits)[Attempt]][]

  it.each(all)(
    '%s: refuses an address after so many failures, whatever source they come from',
    async (attempt, limit) => {
      for (let n = 0; n < limit.perAddress; n++) {
        expect(await outcome(attempt, fail, { sourceIp: `198.51.100.${n}` })).toBe('invalid-credentials')
      }
      expect(await outcome(attempt, succeed, { sourceIp: '192.0.2.1' })).toBe('too-many-requests')
      expect(await outcome(attempt, succeed, { email: 'bob@example.com' })).toBe('done')
    },
  )

  it.each(all)('%s: refuses a source after so many failures, whatever address they are for', async (attempt, limit) => {
    for (let n = 0; n < limit.perSource; n++) {
      expect(await outcome(attempt, fail, { email: `user-${n}@example.com` })).toBe('invalid-credentials')
    }
    expect(await outcome(attempt, succeed)).toBe('too-many-requests')
    expect(await outcome(attempt, succeed, { sourceIp: '192.0.2.1' })).toBe('done')
  })

  it.each(all)('%s: says how long to wait, and lets through again then', async (attempt, { perAddress, windowMs }) => {
    await times(perAddress, attempt, fail)
    await expect(admit(attempt, succeed)).rejects.toMatchObject({ retryAfterSeconds: windowMs / 1000 })
    now = START - 250 + windowMs - 1
    await expect(admit(attempt, succeed)).rejects.toMatchObject({ retryAfterSeconds: 1 })
    now += 1
    expect(await admit(attempt, succeed)).toBe('done')
  })

  it('lets people log in as often as they like', async () => {
    expect(await times(3 * attemptLimits.logIn.perSource, 'logIn', succeed)).toEqual(new Set(['done']))
    expect(new Set(counts.values())).toEqual(new Set([0]))
  })

  it('counts what mails a code even when all goes well', async () => {
    await times(attemptLimits.forgotPassword.perAddress, 'forgotPassword', succeed)
    expect(await outcome('forgotPassword', succeed)).toBe('too-many-requests')
  })

  it('does nothing that it refuses', async () => {
    await times(attemptLimits.verify.perAddress, 'verify', fail)
    let done = false
    const act = async () => {
      done = true
      return 'done'
    }
    await outcome('verify', act)
    expect(done).toBe(false)
  })

  it('lets no more through when all come at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => outcome('logIn', fail)))
    expect(outcomes.filter((code) => code === 'invalid-credentials')).toHaveLength(attemptLimits.logIn.perAddress)
  })

  it('does not let a source that is over its limit use up the attempts of others’ addresses', async () => {
    for (let n = 0; n < attemptLimits.logIn.perSource; n++) {
      await outcome('logIn', fail, { email: `user-${n}@example.com` })
    }
    await times(2 * attemptLimits.logIn.perAddress, 'logIn', fail)
    expect(await outcome('logIn', succeed, { sourceIp: '192.0.2.1' })).toBe('done')
  })

  it('takes the addresses of one IPv6 network for one source', async () => {
    for (let n = 0; n < attemptLimits.logIn.perSource; n++) {
      await outcome('logIn', fail, { email: `user-${n}@example.com`, sourceIp: `2001:db8::${n.toString(16)}` })
    }
    expect(await outcome('logIn', succeed, { sourceIp: '2001:db8::ffff:1' })).toBe('too-many-requests')
    expect(await outcome('logIn', succeed, { sourceIp: '2001:db8:0:1::1' })).toBe('done')
  })
})
