import { randomBytes, randomUUID } from 'node:crypto'
import { AdminDeleteUserCommand } from '@aws-sdk/client-cognito-identity-provider'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { ulid } from 'ulid'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { accountKey, dynamoAccountStore } from '../../lambdas/adapters/dynamodb/account-store.ts'
import { dynamoApiKeyStore } from '../../lambdas/adapters/dynamodb/api-key-store.ts'
import { dynamoSigningKey } from '../../lambdas/adapters/dynamodb/signing-key.ts'
import { apiKeyVerifier } from '../../lambdas/adapters/identity/api-key-verifier.ts'
import { bearerVerifier } from '../../lambdas/adapters/identity/bearer-verifier.ts'
import { cognitoIdentityProvider } from '../../lambdas/adapters/identity/cognito-identity-provider.ts'
import { cognitoTokenVerifier } from '../../lambdas/adapters/identity/cognito-token-verifier.ts'
import { keysFunction } from '../../lambdas/api/keys.ts'
import { schedulesFunction } from '../../lambdas/api/schedules.ts'
import { planLimits } from '../../lambdas/domain/account/plan.ts'
import { keysContracts } from '../../lambdas/http/contracts/keys.ts'
import { callApi, memoryLog } from '../support/call-api.ts'
import { testDoor } from '../support/door.ts'
import { type StartedTable, startTable } from '../support/dynamodb.ts'
import { type StartedUserPool, startUserPool } from '../support/user-pool.ts'

const password = 'correct horse Battery 1'
const START = Date.parse('2027-01-31T08:00:00Z')

describe('the keys function', () => {
  let pool: StartedUserPool
  let table: StartedTable
  let keys: ReturnType<typeof keysFunction>
  let schedules: ReturnType<typeof schedulesFunction>
  let now: number
  let tenant: string
  let token: string
  const log = memoryLog()

  beforeAll(async () => {
    ;[pool, table] = await Promise.all([startUserPool(), startTable()])
    const opened = { client: table.client, name: table.tableName }
    const store = dynamoApiKeyStore(opened)
    const clock = () => now
    const tokens = bearerVerifier({
      accessTokens: cognitoTokenVerifier(pool),
      keys: apiKeyVerifier({ keys: store, identity: cognitoIdentityProvider(pool), clock }),
    })
    keys = keysFunction(
      testDoor({
        log,
        tokens,
        clock,
        keys: store,
        accounts: dynamoAccountStore(opened),
        signingKey: dynamoSigningKey(opened),
        newKeyId: (at: number) => ulid(at),
        randomBytes,
      }),
    )
    schedules = schedulesFunction(testDoor({ log, tokens, clock, tzVersion: '2027a' }))
  })
  afterAll(() => Promise.all([pool.stop(), table.stop()]))
  beforeEach(async () => {
    now = START
    ;({ tenant, token } = await newUser())
  })

  async function newUser(): Promise<{ tenant: string; email: string; token: string }> {
    const identity = cognitoIdentityProvider(pool)
    const email = `user-${randomUUID()}@example.com`
    const made = await identity.signUp({ email, password })
    await identity.confirm(email, pool.codeFor(email))
    const { accessToken } = await identity.logIn(email, password)
    return { tenant: made.kind === 'created' ? made.userId : '', email, token: accessToken }
  }

  const create = (body: unknown, credential = token) =>
    callApi(keys, { route: 'POST /api/keys', body, token: credential })
  const list = (query?: Record<string, string>, credential = token) =>
    callApi(keys, { route: 'GET /api/keys', token: credential, ...(query ? { query } : {}) })
  const revoke = (keyId: string, credential = token) =>
    callApi(keys, { route: 'DELETE /api/keys/{keyId}', params: { keyId }, token: credential })
  const preview = (credential: string) =>
    callApi(schedules, {
      route: 'POST /api/schedules/preview',
      body: { cronExpression: '@daily', timezone: 'UTC' },
      token: credential,
    })
  const made = async (fields: object = {}) => {
    const answered = await create({ name: 'Deploy', scopes: ['read'], ...fields })
    expect(answered.status).toBe(201)
    return answered.body as { id: string; key: string }
  }

  it('shows a key once and then only what is known of it', async () => {
    const answered = await create({ name: ' Deploy ', scopes: ['run', 'read'], expiresAt: '2027-12-31T00:00:00Z' })
    const { key, ...known } = answered.body
    expect(answered.status).toBe(201)
    expect(keysContracts.createKey.answers[201].schema.safeParse(answered.body)).toMatchObject({ success: true })
    expect(key).toMatch(/^pk_[\w-]{43}$/)
    expect(known).toEqual({
      id: expect.stringMatching(/^[0-9A-Z]{26}$/),
      name: 'Deploy',
      scopes: ['read', 'run'],
      prefix: key.slice(0, 9),
      createdAt: '2027-01-31T08:00:00.000Z',
      expiresAt: '2027-12-31T00:00:00Z',
      lastUsedAt: null,
    })
    const listed = await list()
    expect(listed).toMatchObject({ status: 200, body: { items: [known], nextCursor: null } })
    expect(keysContracts.listKeys.answers[200].schema.safeParse(listed.body)).toMatchObject({ success: true })
  })

  it('opens the API to its holder, and its use shows', async () => {
    const { key } = await made()
    now += 5_000
    expect(await preview(key)).toMatchObject({ status: 200 })
    expect((await list()).body.items).toMatchObject([{ lastUsedAt: '2027-01-31T08:00:05.000Z' }])
  })

  it.each([
    ['unknown', () => `pk_${randomBytes(32).toString('base64url')}`],
    ['cut off', async () => (await made()).key.slice(0, -1)],
    ['changed in one place', async () => (await made()).key.replace(/_./, (start) => (start === '_A' ? '_B' : '_A'))],
    ['revoked', async () => revoked()],
    ['expired', async () => expired()],
  ])('answers 401 to a key that is %s', async (_what, keyOf) => {
    expect(await preview(await keyOf())).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
      body: { type: '/problems/unauthenticated' },
    })
  })

  async function revoked(): Promise<string> {
    const { id, key } = await made()
    expect(await revoke(id)).toMatchObject({ status: 204, body: undefined })
    return key
  }

  async function expired(): Promise<string> {
    const { key } = await made({ expiresAt: '2027-01-31T08:00:01Z' })
    now += 1_000
    return key
  }

  it('ends a key in use within a minute of its revocation', async () => {
    const { id, key } = await made()
    expect(await preview(key)).toMatchObject({ status: 200 })
    await revoke(id)
    now += 59_999
    expect(await preview(key)).toMatchObject({ status: 401 })
  })

  it('ends the keys of a user who was deleted', async () => {
    const user = await newUser()
    const { key } = (await create({ name: 'Left', scopes: ['read'] }, user.token)).body
    expect(await preview(key)).toMatchObject({ status: 200 })
    await pool.client.send(new AdminDeleteUserCommand({ UserPoolId: pool.userPoolId, Username: user.email }))
    now += 3_600_000
    expect(await preview(key)).toMatchObject({ status: 401 })
  })

  it('lets no key manage keys, whatever its scopes', async () => {
    const { id, key } = await made({ scopes: ['read', 'write', 'run'] })
    const answers = [await create({ name: 'More', scopes: ['read'] }, key), await list({}, key), await revoke(id, key)]
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 403, body: { type: '/problems/forbidden' } })
    }
    expect((await list()).body.items).toHaveLength(1)
  })

  it('refuses a key without the scope that a route needs, and names it', async () => {
    const { key } = await made({ scopes: ['write', 'run'] })
    expect(await preview(key)).toMatchObject({
      status: 403,
      body: {
        type: '/problems/forbidden',
        detail: 'This needs an API key with the scope "read"; this one has "write" and "run".',
      },
    })
  })

  it('keeps the keys of tenants apart', async () => {
    const { id, key } = await made()
    const bob = await newUser()
    expect((await list({}, bob.token)).body.items).toEqual([])
    const foreign = await revoke(id, bob.token)
    expect(foreign).toMatchObject({ status: 404 })
    expect(await revoke('01JXAMPLE0000000000000000J', bob.token)).toEqual(foreign)
    expect(await preview(key)).toMatchObject({ status: 200 })
  })

  it('lists page by page, with cursors of its own', async () => {
    const ids: string[] = []
    for (let n = 0; n < 3; n++) {
      now += 1
      ids.push((await made()).id)
    }
    const first = await list({ limit: '2' })
    const second = await list({ limit: '2', cursor: first.body.nextCursor })
    expect([...first.body.items, ...second.body.items].map(({ id }) => id)).toEqual(ids)
    expect(second.body.nextCursor).toBeNull()
    const bob = await newUser()
    expect(await list({ cursor: first.body.nextCursor }, bob.token)).toMatchObject({
      status: 400,
      body: { type: '/problems/invalid-cursor' },
    })
  })

  it('has room for as many keys as the plan says', async () => {
    for (let n = 0; n < planLimits.FREE.keys; n++) await made()
    expect(await create({ name: 'One more', scopes: ['read'] })).toMatchObject({
      status: 403,
      body: { type: '/problems/plan-limit', detail: expect.stringContaining('10 API keys') },
    })
    await table.client.send(
      new PutCommand({ TableName: table.tableName, Item: { ...accountKey(tenant), plan: 'PREMIUM' } }),
    )
    await made()
  })

  it.each([
    [{}, ['/name', '/scopes']],
    [{ name: '', scopes: ['read'] }, ['/name']],
    [{ name: 'a'.repeat(65), scopes: ['read'] }, ['/name']],
    [{ name: 'a\nb', scopes: ['read'] }, ['/name']],
    [{ name: 'a', scopes: [] }, ['/scopes']],
    [{ name: 'a', scopes: ['read', 'read'] }, ['/scopes']],
    [{ name: 'a', scopes: ['admin'] }, ['/scopes/0']],
    [{ name: 'a', scopes: 'read' }, ['/scopes']],
    [{ name: 'a', scopes: ['read'], expiresAt: '2027-01-31T08:00:00Z' }, ['/expiresAt']],
    [{ name: 'a', scopes: ['read'], expiresAt: '2027-12-31' }, ['/expiresAt']],
    [{ name: 'a', scopes: ['read'], expiresAt: '2027-12-31T00:00:00+01:00' }, ['/expiresAt']],
    [{ name: 'a', scopes: ['read'], key: 'pk_mine' }, ['/key']],
  ])('refuses %j, naming what is wrong', async (body, pointers) => {
    const answered = await create(body)
    expect(answered).toMatchObject({ status: 400, body: { type: '/problems/validation' } })
    expect(answered.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(pointers)
    expect((await list()).body.items).toEqual([])
  })

  it('has met no bug in all this', () => {
    expect(log.lines).toEqual([])
  })
})
