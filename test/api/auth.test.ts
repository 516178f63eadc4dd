import { randomUUID } from 'node:crypto'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountKey, dynamoAccountStore } from '../../lambdas/adapters/dynamodb/account-store.ts'
import { dynamoAttemptCounter } from '../../lambdas/adapters/dynamodb/attempt-counter.ts'
import { cognitoIdentityProvider } from '../../lambdas/adapters/identity/cognito-identity-provider.ts'
import { cognitoTokenVerifier } from '../../lambdas/adapters/identity/cognito-token-verifier.ts'
import { authFunction } from '../../lambdas/api/auth.ts'
import { authContracts } from '../../lambdas/http/contracts/auth.ts'
import { callApi, memoryLog } from '../support/call-api.ts'
import { type StartedTable, startTable } from '../support/dynamodb.ts'
import { type StartedUserPool, startUserPool } from '../support/user-pool.ts'

const password = 'correct horse Battery 1'
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

describe('the auth function', () => {
  let pool: StartedUserPool
  let table: StartedTable
  let handler: ReturnType<typeof authFunction>
  const log = memoryLog()

  beforeAll(async () => {
    ;[pool, table] = await Promise.all([startUserPool(), startTable()])
    handler = authFunction({
      log,
      tokens: cognitoTokenVerifier(pool),
      identity: cognitoIdentityProvider(pool),
      accounts: dynamoAccountStore({ client: table.client, name: table.tableName }),
      attempts: dynamoAttemptCounter({ client: table.client, name: table.tableName }),
      adminEmails: new Set(['admin@example.com']),
      clock: Date.now,
      newUserId: randomUUID,
    })
  })
  afterAll(() => Promise.all([pool.stop(), table.stop()]))

  const post = (path: string, body: unknown, token?: string) =>
    callApi(handler, { route: `POST /api/auth/${path}`, body, ...(token ? { token } : {}) })
  const newEmail = () => `user-${randomUUID()}@example.com`
  const signUp = async (email = newEmail(), name?: string) => {
    const answered = await post('signup', { email, password, ...(name ? { name } : {}) })
    expect(answered.status).toBe(201)
    return { email, answered }
  }
  const confirmed = async (email = newEmail(), name?: string) => {
    const { answered } = await signUp(email, name)
    const verified = await post('verify', { email, code: pool.codeFor(email) })
    expect(verified).toMatchObject({ status: 200, body: { status: 'CONFIRMED' } })
    return { email, userId: answered.body.userId as string }
  }
  const logIn = async (email: string) => {
    const answered = await post('login', { email, password })
    expect(answered.status).toBe(200)
    return answered.body as { accessToken: string; idToken: string; refreshToken: string; expiresIn: number }
  }
  const readMe = (token: string) => callApi(handler, { route: 'GET /api/auth/me', token })

  it('takes a user from sign-up to their own account and out again', async () => {
    const { email, userId } = await confirmed(newEmail(), 'Ada Lovelace')
    const session = await logIn(email)
    expect(authContracts.logIn.answers[200].schema.safeParse({ ...session })).toMatchObject({ success: true })
    expect(session).toMatchObject({ expiresIn: 900, tokenType: 'Bearer' })

    const me = await readMe(session.accessToken)
    expect(me).toMatchObject({
      status: 200,
      body: { userId, email, name: 'Ada Lovelace', plan: 'FREE', role: 'USER', usage: { jobs: 0, jobLimit: 1000 } },
    })
    expect(authContracts.readMe.answers[200].schema.safeParse(me.body)).toMatchObject({ success: true })

    const refreshed = await post('refresh', { refreshToken: session.refreshToken })
    expect(refreshed).toMatchObject({ status: 200, body: { refreshToken: session.refreshToken, tokenType: 'Bearer' } })
    expect(await readMe(refreshed.body.accessToken)).toMatchObject({ status: 200, body: { userId } })

    const loggedOut = await callApi(handler, { route: 'POST /api/auth/logout', token: session.accessToken })
    expect(loggedOut).toMatchObject({ status: 204, body: undefined })
    expect(await post('refresh', { refreshToken: session.refreshToken })).toMatchObject({
      status: 401,
      body: { type: '/problems/unauthenticated' },
    })
  })

  it('reads the plan and the count of jobs from the account row', async () => {
    const { email, userId } = await confirmed()
    await table.client.send(
      new PutCommand({ TableName: table.tableName, Item: { ...accountKey(userId), plan: 'PRO', jobs: 7 } }),
    )
    const { accessToken } = await logIn(email)
    expect(await readMe(accessToken)).toMatchObject({
      body: { plan: 'PRO', name: null, usage: { jobs: 7, jobLimit: 100_000 } },
    })
  })

  it('takes addresses in any letter case for one', async () => {
    const { email } = await signUp(`Ada.${randomUUID()}@Example.COM`)
    const lower = email.toLowerCase()
    expect(await post('verify', { email: lower, code: pool.codeFor(lower) })).toMatchObject({ status: 200 })
    expect(await post('login', { email: email.toUpperCase(), password })).toMatchObject({ status: 200 })
  })

  it('makes an admin of a verified address from the list, and of no other', async () => {
    await confirmed('admin@example.com')
    const { accessToken } = await logIn('admin@example.com')
    expect(await readMe(accessToken)).toMatchObject({ body: { role: 'ADMIN' } })
  })

  it('answers a sign-up alike for a new, an unconfirmed and a confirmed address', async () => {
    const { email, answered: first } = await signUp()
    const firstCode = pool.codeFor(email)
    const { answered: again } = await signUp(email)
    const mailed = pool.mailbox.list(email)
    expect(mailed).toHaveLength(2)
    expect(await post('verify', { email, code: pool.codeFor(email) })).toMatchObject({ status: 200 })
    const { answered: late } = await signUp(email)
    expect(pool.mailbox.list(email)).toHaveLength(2)
    expect(firstCode).toMatch(/^\d{6}$/)
    for (const { body, headers } of [first, again, late]) {
      expect(body).toEqual({ userId: expect.stringMatching(UUID), email, status: 'UNCONFIRMED' })
      expect(Object.keys(headers)).toEqual(Object.keys(first.headers))
    }
    expect(new Set([first, again, late].map(({ body }) => body.userId)).size).toBe(3)
  })

  it('answers a weak password with what the pool asks for, and keeps it to itself', async () => {
    const answered = await post('signup', { email: newEmail(), password: 'short' })
    expect(answered).toMatchObject({
      status: 400,
      body: { type: '/problems/validation', errors: [{ pointer: '/password', detail: /^is too weak: Password not / }] },
    })
    expect(JSON.stringify(answered.body)).not.toContain('short')
  })

  it('refuses a weak password alike for an address that has an account', async () => {
    const { email } = await confirmed()
    expect(await post('signup', { email, password: 'short' })).toMatchObject({ status: 400 })
  })

  it('answers a code alike when it is wrong, when nobody has the address and when the account is confirmed', async () => {
    const { email: waiting } = await signUp()
    const { email: done } = await confirmed()
    const wrong = pool.codeFor(waiting) === '000000' ? '000001' : '000000'
    const answers = await Promise.all(
      [waiting, newEmail(), done].map((email) => post('verify', { email, code: wrong })),
    )
    expect(answers[0]).toMatchObject({ status: 400, body: { type: '/problems/invalid-code' } })
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  it('mails a new code to an unconfirmed account only, and answers alike', async () => {
    const { email: waiting } = await signUp()
    const { email: done } = await confirmed()
    const nobody = newEmail()
    const mailed = (email: string) => pool.mailbox.list(email).length
    const before = [waiting, done, nobody].map(mailed)
    const answers = await Promise.all([waiting, done, nobody].map((email) => post('resend-verification', { email })))
    expect(answers[0]).toMatchObject({ status: 202, body: undefined })
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    expect([waiting, done, nobody].map(mailed)).toEqual([(before[0] ?? 0) + 1, before[1], before[2]])
  })

  it('answers a login alike for a wrong password and for an unknown address', async () => {
    const { email } = await confirmed()
    const wrong = await post('login', { email, password: 'not the password' })
    expect(wrong).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
      body: { type: '/problems/invalid-credentials' },
    })
    expect(await post('login', { email: newEmail(), password })).toEqual(wrong)
  })

  it('says to a right password that the account is not confirmed yet', async () => {
    const { email } = await signUp()
    expect(await post('login', { email, password })).toMatchObject({
      status: 403,
      body: { type: '/problems/account-not-confirmed' },
    })
  })

  it('slows down whoever guesses passwords', async () => {
    const { email } = await confirmed()
    const guess = () => post('login', { email, password: 'guess' })
    for (let n = 1; n <= 5; n++) expect((await guess()).status).toBe(401)
    expect(await guess()).toMatchObject({
      status: 429,
      headers: { 'retry-after': '60' },
      body: { type: '/problems/too-many-requests' },
    })
  })

  it.each([
    ['a wrong refresh token', 'not-a-token'],
    ['an access token in its place', 'eyJhbGciOiJub25lIn0.e30.'],
    ['what no token looks like', '\u{1F512} %'],
  ])('answers 401 to %s', async (_what, refreshToken) => {
    expect(await post('refresh', { refreshToken })).toMatchObject({ status: 401 })
  })

  it('logs out twice', async () => {
    const { email } = await confirmed()
    const { accessToken } = await logIn(email)
    const logOut = () => callApi(handler, { route: 'POST /api/auth/logout', token: accessToken })
    expect(await logOut()).toMatchObject({ status: 204 })
    expect(await logOut()).toMatchObject({ status: 204 })
  })

  it.each([
    ['signup', { email: 'nobody', password }, '/email'],
    ['signup', { email: `${'a'.repeat(120)}@example.com`, password }, '/email'],
    ['signup', { email: 'ada@example.com', password: ' spaces ' }, '/password'],
    ['signup', { email: 'ada@example.com', password: '' }, '/password'],
    ['signup', { email: 'ada@example.com', password, name: '' }, '/name'],
    ['signup', { email: 'ada@example.com', password, name: 'a\nb' }, '/name'],
    ['signup', { email: 'ada@example.com', password, name: 'a'.repeat(129) }, '/name'],
    ['signup', { email: 'ada@example.com', password, role: 'ADMIN' }, '/role'],
    ['verify', { email: 'ada@example.com', code: '12345' }, '/code'],
    ['verify', { email: 'ada@example.com', code: 123456 }, '/code'],
    ['login', { email: 'ada@example.com' }, '/password'],
    ['refresh', {}, '/refreshToken'],
    ['resend-verification', { email: ['ada@example.com'] }, '/email'],
  ])('refuses %s %j, naming the field', async (path, body, pointer) => {
    const answered = await post(path, body)
    expect(answered).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
    expect(JSON.stringify(answered.body)).not.toContain(password)
  })

  it.each(['POST /api/auth/logout', 'GET /api/auth/me'])('answers 401 to %s without a valid token', async (route) => {
    const { email } = await confirmed()
    const { idToken } = await logIn(email)
    for (const call of [{ route }, { route, token: 'x.y.z' }, { route, token: idToken }]) {
      expect(await callApi(handler, call)).toMatchObject({ status: 401, body: { type: '/problems/unauthenticated' } })
    }
  })

  it('has met no bug in all this', () => {
    expect(log.lines).toEqual([])
  })
})
