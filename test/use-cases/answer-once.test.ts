import { ulid } from 'ulid'
import { beforeEach, describe, expect, it } from 'vitest'
import { Refusal } from '../../lambdas/domain/refusal.ts'
import { answerOnce, type Claimed } from '../../lambdas/use-cases/answer-once.ts'
import { memoryLog } from '../support/call-api.ts'
import { memoryClaims } from '../support/door.ts'

const LEASE_MS = 30_000
const DAY_MS = 86_400_000
const request = { tenant: 't', operation: 'createJob', key: 'key-1', fingerprint: 'one' }

let now: number
let done: Claimed[]
let log: ReturnType<typeof memoryLog>
let deps: Parameters<typeof answerOnce>[0]

beforeEach(() => {
  now = Date.parse('2027-01-31T08:00:00Z')
  done = []
  log = memoryLog()
  deps = { claims: memoryClaims(), clock: () => now, log, newClaimId: (at) => ulid(at) }
})

const act = async (claimed: Claimed): Promise<string> => {
  done.push(claimed)
  return `made ${claimed.id}`
}
const crash = async (claimed: Claimed): Promise<string> => {
  done.push(claimed)
  throw new Error('the function ended')
}
const ask = (changes: Partial<typeof request> = {}, how = act) => answerOnce(deps, { ...request, ...changes }, how)

describe('a request under a key', () => {
  it('is done once and gets its first answer again', async () => {
    const first = await ask()
    expect(first.isReplayed).toBe(false)
    now += DAY_MS - 1000
    expect(await ask()).toEqual({ answer: first.answer, isReplayed: true })
    expect(done).toEqual([{ id: expect.stringMatching(/^[0-9A-Z]{26}$/), isRepeated: false }])
  })

  it('is done again when the key has been forgotten, after a day', async () => {
    await ask()
    now += DAY_MS
    expect((await ask()).isReplayed).toBe(false)
    expect(done).toHaveLength(2)
  })

  it('is refused when it is another one', async () => {
    await ask()
    await expect(ask({ fingerprint: 'two' })).rejects.toMatchObject({ code: 'idempotency-key-reused' })
    expect(done).toHaveLength(1)
  })

  it.each([{ tenant: 'u' }, { operation: 'runJob' }, { key: 'key-2' }])('is another claim for %j', async (changes) => {
    await ask()
    expect((await ask(changes)).isReplayed).toBe(false)
    expect(done).toHaveLength(2)
  })

  it('has to wait while the first is under way, and for no longer than that can live', async () => {
    let finish = (_answer: string): void => {}
    const first = ask({}, () => new Promise((resolve) => (finish = resolve)))
    await expect(ask()).rejects.toMatchObject({ code: 'request-in-flight', retryAfterSeconds: 2 })
    now += LEASE_MS - 500
    await expect(ask()).rejects.toMatchObject({ code: 'request-in-flight', retryAfterSeconds: 1 })
    finish('late')
    expect(await first).toEqual({ answer: 'late', isReplayed: false })
    expect(await ask()).toEqual({ answer: 'late', isReplayed: true })
    expect(done).toEqual([])
  })

  it('is done by one of many that come at once', async () => {
    const all = await Promise.allSettled(Array.from({ length: 20 }, () => ask()))
    expect(done).toHaveLength(1)
    for (const each of all) {
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'request-in-flight' })
      else expect(each.value.answer).toBe(`made ${done[0]?.id}`)
    }
    expect((await ask()).isReplayed).toBe(true)
  })
})

describe('a request that broke off', () => {
  it('is taken up once its lease has ended, under the id of the first', async () => {
    await expect(ask({}, crash)).rejects.toThrow('the function ended')
    await expect(ask()).rejects.toMatchObject({ code: 'request-in-flight' })
    now += LEASE_MS
    const { answer } = await ask()
    expect(done).toEqual([
      { id: done[0]?.id, isRepeated: false },
      { id: done[0]?.id, isRepeated: true },
    ])
    expect(await ask()).toEqual({ answer, isReplayed: true })
  })

  it('is taken up by one of many', async () => {
    await expect(ask({}, crash)).rejects.toThrow()
    now += LEASE_MS
    await Promise.allSettled(Array.from({ length: 20 }, () => ask()))
    expect(done).toHaveLength(2)
  })

  it('does not overwrite the answer of who took it up, should it come to life again', async () => {
    let finish = (_answer: string): void => {}
    const slow = ask({}, () => new Promise((resolve) => (finish = resolve)))
    await Promise.resolve()
    now += LEASE_MS
    const { answer } = await ask()
    finish('too late')
    expect(await slow).toMatchObject({ answer: 'too late' })
    expect(await ask()).toEqual({ answer, isReplayed: true })
  })

  it('is answered although its answer could not be kept, and the log says so', async () => {
    const { replace } = deps.claims
    deps = {
      ...deps,
      claims: {
        ...deps.claims,
        async replace() {
          throw new Error('no table')
        },
      },
    }
    expect((await ask()).isReplayed).toBe(false)
    expect(log.lines).toMatchObject([{ level: 'warn', message: 'an answer could not be kept' }])
    deps = { ...deps, claims: { ...deps.claims, replace } }
    now += LEASE_MS
    await ask()
    expect(done[1]).toEqual({ id: done[0]?.id, isRepeated: true })
  })
})

describe('a claim whose write is repeated because its answer was lost', () => {
  const repeated = (claims: typeof deps.claims): typeof deps.claims => ({
    ...claims,
    async add(...args) {
      await claims.add(...args)
      return claims.add(...args)
    },
    async replace(...args) {
      await claims.replace(...args)
      return claims.replace(...args)
    },
  })

  it('is our own, whether it is new or taken over', async () => {
    deps = { ...deps, claims: repeated(deps.claims) }
    await expect(ask({}, crash)).rejects.toThrow('the function ended')
    now += LEASE_MS
    expect((await ask()).isReplayed).toBe(false)
    expect(done.map(({ isRepeated }) => isRepeated)).toEqual([false, true])
    expect((await ask()).isReplayed).toBe(true)
  })
})

describe('a refused request', () => {
  it('leaves the key free for the corrected one', async () => {
    const refuse = async (): Promise<string> => {
      throw new Refusal('plan-limit', 'No room.')
    }
    await expect(ask({}, refuse)).rejects.toMatchObject({ code: 'plan-limit' })
    expect((await ask({ fingerprint: 'two' })).isReplayed).toBe(false)
    expect(done).toHaveLength(1)
  })
})
