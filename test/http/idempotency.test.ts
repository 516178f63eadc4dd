import { beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { UserCaller } from '../../lambdas/domain/account/caller.ts'
import { Refusal } from '../../lambdas/domain/refusal.ts'
import type { Answer } from '../../lambdas/http/answer.ts'
import { apiFunction } from '../../lambdas/http/api-function.ts'
import { bare } from '../../lambdas/http/contract.ts'
import { contracts } from '../../lambdas/http/contracts/index.ts'
import { accountEndpoint } from '../../lambdas/http/endpoint.ts'
import { routes } from '../../lambdas/http/routes.ts'
import { callApi, memoryLog } from '../support/call-api.ts'
import { testDoor } from '../support/door.ts'

const caller = (tenant: string): UserCaller => ({
  kind: 'user',
  tenant,
  username: tenant,
  role: 'USER',
  accessToken: '',
})
const callers: Readonly<Record<string, UserCaller>> = {
  ada: caller('ada'),
  'ada-again': caller('ada'),
  bob: caller('bob'),
}

let made: number
let answer: () => Promise<Answer>
let handler: Parameters<typeof callApi>[0]
beforeEach(() => {
  made = 0
  answer = async () => ({ status: 201, headers: { location: `/api/keys/${made}`, etag: '"1"' }, body: { id: made } })
  const tokens = { verify: async (token: string) => callers[token] }
  const body = z.strictObject({ name: z.string(), tag: z.string().default('none') })
  const create = (idempotency?: 'KEPT' | 'SEALED') =>
    accountEndpoint({ ...bare, summary: '', answers: {}, body, ...(idempotency ? { idempotency } : {}) }, async () => {
      made++
      return answer()
    })
  // The three kinds of contracts, in the place of three operations.
  const endpoints = { createKey: create('KEPT'), listKeys: create('SEALED'), revokeKey: create() }
  handler = apiFunction('keys', endpoints, testDoor({ tokens, log: memoryLog() }))
})

const KEPT = 'POST /api/keys'
const SEALED = 'GET /api/keys'
const UNKEPT = 'DELETE /api/keys/{keyId}'
const send = (key: string | undefined, { route = KEPT, body = { name: 'a' } as unknown, token = 'ada' } = {}) =>
  callApi(handler, { route, body, token, ...(key === undefined ? {} : { headers: { 'idempotency-key': key } }) })

describe('an Idempotency-Key', () => {
  it('gets the first answer again: status, headers and body', async () => {
    const first = await send('k')
    expect(first).toMatchObject({ status: 201, headers: { location: '/api/keys/1', etag: '"1"' }, body: { id: 1 } })
    const again = await send('k')
    expect(again).toEqual({ ...first, headers: { ...first.headers, 'idempotent-replayed': 'true' } })
    expect(made).toBe(1)
  })

  it('takes a request for the same whatever the order and spacing of its body, and with its defaults written out', async () => {
    await send('k')
    await send('k', { body: '{ "tag": "none",\n "name": "a" }' })
    expect(made).toBe(1)
  })

  it('refuses another body with 422', async () => {
    await send('k')
    expect(await send('k', { body: { name: 'b' } })).toMatchObject({
      status: 422,
      body: { type: '/problems/idempotency-key-reused' },
    })
    expect(made).toBe(1)
  })

  it('refuses a second request with 409 and Retry-After while the first is under way', async () => {
    let finish = (_answer: Answer): void => {}
    answer = () => new Promise((resolve) => (finish = resolve))
    const first = send('k')
    await new Promise((resolve) => setImmediate(resolve))
    expect(await send('k')).toMatchObject({
      status: 409,
      headers: { 'retry-after': '2' },
      body: { type: '/problems/request-in-flight' },
    })
    finish({ status: 201 })
    expect(await first).toMatchObject({ status: 201 })
    expect(await send('k')).toMatchObject({ status: 201, body: undefined })
  })

  it("is each tenant's own, and counts for any credential of the tenant", async () => {
    await send('k')
    expect(await send('k', { token: 'bob' })).toMatchObject({ body: { id: 2 } })
    expect(await send('k', { token: 'ada-again' })).toMatchObject({ body: { id: 1 } })
  })

  it.each(['!', '~', 'a'.repeat(255), 'a/b:c,d"'])('may be %j', async (key) => {
    expect(await send(key)).toMatchObject({ status: 201 })
  })

  it.each(['', ' ', 'a b', 'a\tb', 'é', 'a'.repeat(256), 'a\u007f'])('may not be %j', async (key) => {
    expect(await send(key)).toMatchObject({
      status: 400,
      body: { type: '/problems/validation', errors: [{ pointer: '/header/idempotency-key' }] },
    })
    expect(made).toBe(0)
  })

  it('is not used up by a request that is not valid, or refused', async () => {
    expect(await send('k', { body: { nam: 'a' } })).toMatchObject({ status: 400 })
    answer = async () => {
      throw new Refusal('plan-limit', 'No room.')
    }
    expect(await send('k')).toMatchObject({ status: 403 })
    answer = async () => ({ status: 201 })
    expect(await send('k', { body: { name: 'b' } })).toMatchObject({ status: 201 })
  })

  it('means nothing to an operation that creates nothing', async () => {
    await send('k', { route: UNKEPT })
    await send('not valid', { route: UNKEPT })
    expect(made).toBe(2)
  })

  it('need not be sent', async () => {
    await send(undefined)
    await send(undefined)
    expect(made).toBe(2)
  })
})

describe('an answer that shows something once', () => {
  it('is given again to the very credential that it was given to', async () => {
    const first = await send('k', { route: SEALED })
    expect(await send('k', { route: SEALED })).toMatchObject({ status: 201, body: first.body })
    expect(made).toBe(1)
  })

  it('is given to no other credential, not even of the same tenant, and is not made again', async () => {
    await send('k', { route: SEALED })
    const other = await send('k', { route: SEALED, token: 'ada-again' })
    expect(other).toMatchObject({ status: 409, body: { type: '/problems/answer-shown-once' } })
    expect(made).toBe(1)
  })
})

describe('every POST', () => {
  /** Operations whose repetition makes nothing a second time. */
  const MAKES_NOTHING =
    /^(verify|resendVerification|logIn|refresh|logOut|forgotPassword|resetPassword|pauseJob|resumeJob|cancelRun|previewSchedule)$/
  /** Makes an account: there is no tenant yet, and an address makes one only. */
  const BY_ADDRESS = 'signUp'

  it.each(routes.filter(({ method }) => method === 'POST').map(({ operation, resource }) => ({ operation, resource })))(
    '$operation knows the key, unless it makes nothing',
    ({ operation, resource }) => {
      const found = Object.entries(contracts[resource]).find(([name]) => name === operation)?.[1]
      const isKnown = found !== undefined && 'idempotency' in found
      expect(isKnown).toBe(!MAKES_NOTHING.test(operation) && operation !== BY_ADDRESS)
    },
  )

  it.each(['createKey', 'generateSecret'])('%s, which shows something once, seals it', (operation) => {
    const all = Object.values(contracts).flatMap((resource) => Object.entries(resource))
    expect(all.find(([name]) => name === operation)?.[1]).toMatchObject({ idempotency: 'SEALED' })
  })
})
