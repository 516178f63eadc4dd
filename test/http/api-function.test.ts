import { describe, expect, it } from 'vitest'
import type { Caller, KeyCaller, UserCaller } from '../../lambdas/domain/account/caller.ts'
import { Refusal } from '../../lambdas/domain/refusal.ts'
import { type Answer, noContent, ok } from '../../lambdas/http/answer.ts'
import { apiFunction } from '../../lambdas/http/api-function.ts'
import { bare } from '../../lambdas/http/contract.ts'
import { accountEndpoint, publicEndpoint, userEndpoint } from '../../lambdas/http/endpoint.ts'
import { callApi, memoryLog } from '../support/call-api.ts'
import { testDoor } from '../support/door.ts'

const contract = { ...bare, summary: '', answers: {} }
const person: UserCaller = { kind: 'user', tenant: 'tenant-1', username: 'u', role: 'USER', accessToken: 'good' }
const machine = (...scopes: KeyCaller['scopes']): KeyCaller => ({
  kind: 'key',
  tenant: 'tenant-1',
  keyId: 'key-1',
  scopes,
})
const callers: Readonly<Record<string, Caller>> = {
  good: person,
  reader: machine('read'),
  runner: machine('run'),
  both: machine('read', 'run'),
  writer: machine('read', 'write'),
}

const answering = async () => ok({ isServed: true })
const anyone = publicEndpoint(contract, answering)
const user = userEndpoint(contract, answering)
const account = accountEndpoint(contract, async (_request, { username }) => ok({ username }))

/** API functions over callers whose tokens are their names; `logIn` is what one public route answers. */
function started(logIn: () => Promise<Answer> = async () => noContent) {
  const log = memoryLog()
  const asked: string[] = []
  const tokens = {
    verify: async (token: string) => {
      asked.push(token)
      return callers[token]
    },
  }
  const handler = apiFunction(
    'auth',
    {
      signUp: anyone,
      verify: anyone,
      resendVerification: anyone,
      logIn: publicEndpoint(contract, logIn),
      refresh: anyone,
      forgotPassword: anyone,
      resetPassword: anyone,
      logOut: account,
      readMe: account,
      updateProfile: account,
      changePassword: account,
    },
    testDoor({ tokens, log }),
  )
  const secrets = { listSecrets: user, putSecret: user, deleteSecret: user, generateSecret: user }
  return { handler, secrets: apiFunction('secrets', secrets, testDoor({ tokens, log })), log, asked }
}

const PUBLIC = 'POST /api/auth/login'
const ME = 'GET /api/auth/me'
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-request-id': 'request-1',
  'ratelimit-policy': '"test";q=1000000;w=60',
  ratelimit: '"test";r=999999;t=60',
}

describe('an answer', () => {
  it('is JSON under headers that let nothing frame, sniff or keep it', async () => {
    const { handler } = started(async () => ({ status: 201, body: { a: 1 }, headers: { etag: '"1"' } }))
    expect(await callApi(handler, { route: PUBLIC })).toEqual({
      status: 201,
      headers: { ...SECURITY_HEADERS, 'content-type': 'application/json', etag: '"1"' },
      body: { a: 1 },
    })
  })

  it('without a body has no content type either', async () => {
    expect(await callApi(started().handler, { route: PUBLIC })).toEqual({
      status: 204,
      headers: SECURITY_HEADERS,
      body: undefined,
    })
  })
})

describe('a request', () => {
  it.each(['GET /api/auth/login', 'POST /api/auth', '$default', '', 'GET /api/jobs', 'GET /api/health'])(
    'to %j finds nothing in a function that does not serve it',
    async (route) => {
      const { handler, asked } = started()
      expect(await callApi(handler, { route, token: 'good' })).toMatchObject({
        status: 404,
        headers: { ...SECURITY_HEADERS, 'content-type': 'application/problem+json' },
        body: { type: '/problems/not-found', detail: 'There is no such resource.', requestId: 'request-1' },
      })
      expect(asked).toEqual([])
    },
  )

  it('to a public route is served whatever credential it bears, and no verifier is asked', async () => {
    const { handler, asked } = started()
    expect(await callApi(handler, { route: PUBLIC, token: 'bad' })).toMatchObject({ status: 204 })
    expect(asked).toEqual([])
  })
})

describe('a credential', () => {
  it.each(['Bearer good', 'bearer good', 'BEARER good'])('%j says who asks', async (authorization) => {
    const answered = await callApi(started().handler, { route: ME, headers: { authorization } })
    expect(answered).toMatchObject({ status: 200, body: { username: 'u' } })
  })

  it('may have every character of a token (RFC 6750, section 2.1)', async () => {
    const { handler, asked } = started()
    await callApi(handler, { route: ME, token: 'aZ09-._~+/==' })
    expect(asked).toEqual(['aZ09-._~+/=='])
  })

  it.each([
    '',
    'good',
    'Bearer',
    'Bearer ',
    'Bearergood',
    'Bearer  good',
    'Bearer good ',
    'Bearer good,good',
    'Bearer go od',
    'Bearer good\n',
    'Basic good',
    'Basic Bearer good',
    ' Bearer good',
    'Bearer "good"',
  ])('%j is refused unread', async (authorization) => {
    const { handler, asked } = started()
    expect(await callApi(handler, { route: ME, headers: { authorization } })).toMatchObject({ status: 401 })
    expect(asked).toEqual([])
  })

  it('that nobody vouches for, or none, is refused alike', async () => {
    const { handler, log } = started()
    const bad = await callApi(handler, { route: ME, token: 'bad' })
    expect(bad).toEqual({
      status: 401,
      headers: { ...SECURITY_HEADERS, 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' },
      body: {
        type: '/problems/unauthenticated',
        title: 'A valid credential is needed',
        status: 401,
        detail: 'Send "Authorization: Bearer <access token or API key>" with one that is still valid.',
        requestId: 'request-1',
      },
    })
    expect(await callApi(handler, { route: ME })).toEqual(bad)
    expect(log.lines).toEqual([])
  })
})

describe('a scope', () => {
  const LIST = 'GET /api/secrets'
  const PUT = 'PUT /api/secrets/{name}'

  it.each([
    [LIST, 'good', 200],
    [LIST, 'reader', 200],
    [LIST, 'writer', 200],
    [LIST, 'runner', 403],
    [PUT, 'good', 200],
    [PUT, 'reader', 403],
    [PUT, 'writer', 200],
    [PUT, 'runner', 403],
  ])('is needed: %s by %s answers %i', async (route, token, status) => {
    expect(await callApi(started().secrets, { route, token })).toMatchObject({ status })
  })

  it('that is missing is named, and so are those that are there', async () => {
    const detailFor = async (token: string) => (await callApi(started().secrets, { route: PUT, token })).body.detail
    expect(await detailFor('reader')).toBe('This needs an API key with the scope "write"; this one has "read".')
    expect(await detailFor('both')).toBe('This needs an API key with the scope "write"; this one has "read" and "run".')
  })

  it('lets no key near the account, whatever it may do else', async () => {
    expect(await callApi(started().handler, { route: ME, token: 'writer' })).toMatchObject({
      status: 403,
      body: {
        type: '/problems/forbidden',
        detail: 'API keys can manage neither accounts nor keys; log in and use the access token.',
      },
    })
  })
})

describe('an error', () => {
  it('that is a refusal is answered as its problem and not logged', async () => {
    const { handler, log } = started(async () => {
      throw new Refusal('too-many-requests', 'Wait a little.', { retryAfterSeconds: 7 })
    })
    expect(await callApi(handler, { route: PUBLIC })).toMatchObject({
      status: 429,
      headers: { ...SECURITY_HEADERS, 'retry-after': '7' },
      body: { detail: 'Wait a little.', requestId: 'request-1' },
    })
    expect(log.lines).toEqual([])
  })

  it('of any other kind is a bare 500, and only the log tells its cause', async () => {
    const cause = new Error('the table "punctual" is on fire')
    const { handler, log } = started(async () => {
      throw cause
    })
    const answered = await callApi(handler, { route: PUBLIC })
    expect(answered).toMatchObject({ status: 500, headers: SECURITY_HEADERS, body: { type: '/problems/internal' } })
    expect(JSON.stringify(answered)).not.toContain('fire')
    expect(log.lines).toEqual([
      { level: 'error', message: 'request failed', fields: { requestId: 'request-1', route: PUBLIC, error: cause } },
    ])
  })
})
