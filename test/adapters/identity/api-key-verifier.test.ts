import { beforeEach, describe, expect, it } from 'vitest'
import { apiKeyVerifier } from '../../../lambdas/adapters/identity/api-key-verifier.ts'
import { type ApiKey, prefixOf, writeKey } from '../../../lambdas/domain/account/api-key.ts'
import type { TokenVerifier } from '../../../lambdas/ports/token-verifier.ts'

const START = Date.parse('2027-01-31T08:00:00Z')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const text = writeKey(new Uint8Array(32).fill(1))
const caller = { kind: 'key', tenant: 'ada', keyId: 'key-1', scopes: ['read', 'run'] }

const made: ApiKey = {
  id: 'key-1',
  tenant: 'ada',
  username: 'ada-user',
  name: 'Deploy',
  scopes: ['read', 'run'],
  prefix: prefixOf(text),
  createdAt: '2027-01-31T08:00:00.000Z',
  expiresAt: null,
  lastUsedAt: null,
}

describe('apiKeyVerifier', () => {
  let now: number
  let stored: ApiKey | undefined
  let users: Set<string>
  let calls: string[]
  let verifier: TokenVerifier

  const open = (): TokenVerifier =>
    apiKeyVerifier({
      keys: {
        async find(asked) {
          calls.push('find')
          return asked === text ? stored : undefined
        },
        async markUsed(_text, at) {
          calls.push('markUsed')
          if (stored) stored = { ...stored, lastUsedAt: new Date(at).toISOString() }
        },
      },
      identity: {
        async isActive(username) {
          calls.push(`isActive ${username}`)
          return users.has(username)
        },
      },
      clock: () => now,
    })
  /** One more key than is remembered, and those that the table was asked for. */
  const overManyKeys = () => {
    const found: string[] = []
    const many = apiKeyVerifier({
      keys: {
        find: async (asked) => {
          found.push(asked)
          return { ...made, lastUsedAt: made.createdAt }
        },
        markUsed: async () => {},
      },
      identity: { isActive: async () => true },
      clock: () => now,
    })
    const keys = Array.from({ length: 1001 }, (_, n) =>
      writeKey(Uint8Array.from({ length: 32 }, (_, i) => n >> (8 * i))),
    )
    return { many, keys, found }
  }
  const asked = (call: string) => calls.filter((each) => each.startsWith(call)).length

  beforeEach(() => {
    now = START
    stored = made
    users = new Set(['ada-user'])
    calls = []
    verifier = open()
  })

  it('knows the tenant and the scopes of a key', async () => {
    expect(await verifier.verify(text)).toEqual(caller)
  })

  it('knows nobody from a key that was never made', async () => {
    expect(await verifier.verify(writeKey(new Uint8Array(32)))).toBeUndefined()
  })

  it.each(['pk_', 'pk_short', `${text}x`, text.replace('pk_', 'sk_'), 'eyJhbGciOiJub25lIn0.e30.'])(
    'asks nobody about %s, which cannot be a key',
    async (token) => {
      expect(await verifier.verify(token)).toBeUndefined()
      expect(calls).toEqual([])
    },
  )

  it('asks the table again after half a minute, not before', async () => {
    await verifier.verify(text)
    now += MINUTE / 2 - 1
    await verifier.verify(text)
    expect(asked('find')).toBe(1)
    now += 1
    await verifier.verify(text)
    expect(asked('find')).toBe(2)
  })

  it('stops knowing a revoked key within a minute, and at once where it was not used before', async () => {
    await verifier.verify(text)
    stored = undefined
    expect(await open().verify(text)).toBeUndefined()
    now += MINUTE - 1
    expect(await verifier.verify(text)).toBeUndefined()
  })

  it('stops knowing a key at the instant it expires, though it was known just before', async () => {
    stored = { ...made, expiresAt: new Date(START + 1000).toISOString() }
    now = START + 999
    expect(await verifier.verify(text)).toEqual(caller)
    now = START + 1000
    expect(await verifier.verify(text)).toBeUndefined()
    expect(await open().verify(text)).toBeUndefined()
  })

  it('forgets what it has known longest when it knows a thousand keys', async () => {
    const { many, keys, found } = overManyKeys()
    const [first = '', second = ''] = keys
    for (const key of keys.slice(0, 1000)) await many.verify(key)
    await many.verify(first)
    expect(found).toHaveLength(1000)
    for (const key of keys.slice(1000)) await many.verify(key)
    await many.verify(second)
    expect(found).toHaveLength(1001)
    await many.verify(first)
    expect(found.slice(1000)).toEqual([keys[1000], first])
  })

  it('takes a key for known anew when it was looked up again', async () => {
    const { many, keys, found } = overManyKeys()
    const [first = '', second = ''] = keys
    await many.verify(first)
    now += MINUTE / 2
    for (const key of [...keys.slice(1, 1000), first, ...keys.slice(1000)]) await many.verify(key)
    found.length = 0
    await many.verify(first)
    await many.verify(second)
    expect(found).toEqual([second])
  })

  it('writes its use down once an hour, wherever it is used', async () => {
    for (let minute = 0; minute < 180; minute++) {
      now = START + minute * MINUTE
      await verifier.verify(text)
      await open().verify(text)
    }
    expect(asked('markUsed')).toBe(3)
    expect(stored?.lastUsedAt).toBe(new Date(START + 2 * HOUR).toISOString())
  })

  it('ends within an hour when its user is gone or disabled', async () => {
    await verifier.verify(text)
    users.clear()
    now += HOUR - 1
    expect(await verifier.verify(text)).toEqual(caller)
    now += MINUTE / 2
    expect(await verifier.verify(text)).toBeUndefined()
    expect(stored?.lastUsedAt).toBe(new Date(START).toISOString())
  })

  it('is not known before its first use when its user is gone by then', async () => {
    users.clear()
    expect(await verifier.verify(text)).toBeUndefined()
    expect(asked('markUsed')).toBe(0)
  })
})
