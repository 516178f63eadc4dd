import { randomUUID } from 'node:crypto'
import { AdminDisableUserCommand, ForgotPasswordCommand } from '@aws-sdk/client-cognito-identity-provider'
import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accountKey, dynamoAccountStore } from '../../lambdas/adapters/dynamodb/account-store.ts'
import { dynamoAttemptCounter } from '../../lambdas/adapters/dynamodb/attempt-counter.ts'
import { dynamoSessionEnds } from '../../lambdas/adapters/dynamodb/session-ends.ts'
import { cognitoIdentityProvider } from '../../lambdas/adapters/identity/cognito-identity-provider.ts'
import { cognitoTokenVerifier } from '../../lambdas/adapters/identity/cognito-token-verifier.ts'
import { authFunction } from '../../lambdas/api/auth.ts'
import { attemptLimits } from '../../lambdas/domain/account/attempt-limits.ts'
import { authContracts } from '../../lambdas/http/contracts/auth.ts'
import { callApi, memoryLog } from '../support/call-api.ts'
import { testDoor } from '../support/door.ts'
import { type StartedTable, startTable } from '../support/dynamodb.ts'
import { type StartedUserPool, startUserPool } from '../support/user-pool.ts'

const password = 'correct horse Battery 1'
const another = 'another Battery 22'
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

describe('the auth function', () => {
  let pool: StartedUserPool
  let table: StartedTable
  let handler: ReturnType<typeof authFunction>
  const log = memoryLog()

  beforeAll(async () => {
    ;[pool, table] = await Promise.all([startUserPool(), startTable()])
    const sessions = dynamoSessionEnds({ client: table.client, name: table.tableName })
    handler = authFunction(
      testDoor({
        log,
        tokens: cognitoTokenVerifier(pool),
        sessions,
        identity: cognitoIdentityProvider(pool),
        accounts: dynamoAccountStore({ client: table.client, name: table.tableName }),
        attempts: dynamoAttemptCounter({ client: table.client, name: table.tableName }),
        adminEmails: new Set(['admin@example.com']),
        clock: Date.now,
        newUserId: randomUUID,
      }),
    )
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
  const disable = (email: string) =>
    pool.client.send(new AdminDisableUserCommand({ UserPoolId: pool.userPoolId, Username: email }))
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

  describe('a forgotten password', () => {
    const forget = (email: string) => post('forgot-password', { email })
    const reset = (email: string, code: string, newPassword = another) =>
      post('reset-password', { email, code, newPassword })

    it('is replaced by a mailed code, which ends every session', async () => {
      const { email } = await confirmed()
      const { refreshToken } = await logIn(email)
      expect(await forget(email)).toMatchObject({ status: 202, body: undefined })
      expect(await reset(email, pool.codeFor(email))).toMatchObject({ status: 204, body: undefined })
      expect(await post('login', { email, password })).toMatchObject({ status: 401 })
      expect(await post('login', { email, password: another })).toMatchObject({ status: 200 })
      expect(await post('refresh', { refreshToken })).toMatchObject({ status: 401 })
    })

    it('is answered alike for a confirmed, an unconfirmed, a disabled and an unknown address', async () => {
      const { email: known } = await confirmed()
      const { email: waiting } = await signUp()
      const { email: disabled } = await confirmed()
      await disable(disabled)
      const emails = [known, waiting, disabled, newEmail()]
      const before = emails.map((email) => pool.mailbox.list(email).length)
      const answers = await Promise.all(emails.map(forget))
      expect(answers[0]).toMatchObject({ status: 202 })
      for (const answer of answers) expect(answer).toEqual(answers[0])
      const mailed = emails.map((email, index) => pool.mailbox.list(email).length - (before[index] ?? 0))
      expect(mailed).toEqual([1, 0, 0, 0])
    })

    it('is answered alike, and told to the log, when Cognito mails no more codes', async () => {
      const { email } = await confirmed()
      const command = new ForgotPasswordCommand({ ClientId: pool.clientId, Username: email })
      for (let n = 0; n < 10; n++) await pool.client.send(command)
      await expect(pool.client.send(command)).rejects.toMatchObject({ name: 'LimitExceededException' })
      expect(await forget(email)).toMatchObject({ status: 202, body: undefined })
      expect(log.lines.splice(0)).toMatchObject([{ level: 'warn', message: 'a code was not mailed' }])
    })

    it('is not replaced by a wrong code, answered alike for every address', async () => {
      const { email: known } = await confirmed()
      const { email: waiting } = await signUp()
      const { email: disabled } = await confirmed()
      const { email: unasked } = await confirmed()
      await forget(known)
      await disable(disabled)
      const wrong = pool.codeFor(known) === '000000' ? '000001' : '000000'
      const answers = await Promise.all(
        [known, waiting, disabled, unasked, newEmail()].map((email) => reset(email, wrong)),
      )
      expect(answers[0]).toMatchObject({ status: 400, body: { type: '/problems/invalid-code' } })
      for (const answer of answers) expect(answer).toEqual(answers[0])
      expect(await post('login', { email: known, password })).toMatchObject({ status: 200 })
    })

    it('is not replaced by a weak one, which does not use up the code', async () => {
      const { email } = await confirmed()
      await forget(email)
      const code = pool.codeFor(email)
      const refused = await reset(email, code, 'short')
      expect(refused).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/newPassword', detail: expect.stringMatching(/^is too weak: /) }] },
      })
      expect(JSON.stringify(refused.body)).not.toContain('"short')
      expect(await reset(email, code)).toMatchObject({ status: 204 })
      expect(await reset(email, code)).toMatchObject({ status: 400, body: { type: '/problems/invalid-code' } })
    })

    it('is not replaced by the code that confirms an account', async () => {
      const { email } = await signUp()
      expect(await reset(email, pool.codeFor(email))).toMatchObject({ body: { type: '/problems/invalid-code' } })
    })
  })

  describe('a changed password', () => {
    const change = (token: string, currentPassword: string, newPassword: string) =>
      callApi(handler, { route: 'PUT /api/auth/change-password', token, body: { currentPassword, newPassword } })

    it('counts from then on, and sessions go on', async () => {
      const { email } = await confirmed()
      const { accessToken, refreshToken } = await logIn(email)
      expect(await change(accessToken, password, another)).toMatchObject({ status: 204, body: undefined })
      expect(await post('login', { email, password })).toMatchObject({ status: 401 })
      expect(await post('login', { email, password: another })).toMatchObject({ status: 200 })
      expect(await post('refresh', { refreshToken })).toMatchObject({ status: 200 })
    })

    it.each([
      ['a wrong current password', 'not the password', another, '/currentPassword', /is not the password/],
      ['a weak new one', password, 'short', '/newPassword', /^is too weak: /],
      ['a new one with spaces around it', password, ' spaces ', '/newPassword', /white space/],
      ['an empty current one', '', another, '/currentPassword', /at least 1/],
    ])('is refused for %s', async (_what, current, wanted, pointer, detail) => {
      const { email } = await confirmed()
      const { accessToken } = await logIn(email)
      const refused = await change(accessToken, current, wanted)
      expect(refused).toMatchObject({
        status: 400,
        body: { errors: [{ pointer, detail: expect.stringMatching(detail) }] },
      })
      expect(JSON.stringify(refused.body)).not.toContain(another)
      expect(await post('login', { email, password })).toMatchObject({ status: 200 })
    })

    it('cannot be guessed: after five wrong ones it is refused for a while', async () => {
      const { email } = await confirmed()
      const { accessToken } = await logIn(email)
      for (let n = 0; n < 5; n++) expect((await change(accessToken, 'guess', another)).status).toBe(400)
      expect(await change(accessToken, password, another)).toMatchObject({
        status: 429,
        headers: { 'retry-after': '900' },
      })
    })
  })

  describe('a profile', () => {
    const rename = (token: string, name: unknown) =>
      callApi(handler, { route: 'PUT /api/auth/profile', token, body: { name } })

    it('gets a name, another name, and none', async () => {
      const { email, userId } = await confirmed()
      const { accessToken } = await logIn(email)
      for (const name of ['Ada Lovelace', 'Grace Hopper', null]) {
        const renamed = await rename(accessToken, name)
        expect(renamed).toMatchObject({ status: 200, body: { userId, email, name } })
        expect(authContracts.updateProfile.answers[200].schema.safeParse(renamed.body)).toMatchObject({ success: true })
        expect(await readMe(accessToken)).toEqual(renamed)
      }
    })

    it.each(['', 'a\nb', 'a'.repeat(129), 7, undefined])('does not get the name %j', async (name) => {
      const { email } = await confirmed()
      const { accessToken } = await logIn(email)
      expect(await rename(accessToken, name)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/name' }] } })
    })
  })

  it.each([
    ['PUT /api/auth/profile', { name: 'Ada' }],
    ['PUT /api/auth/change-password', { currentPassword: password, newPassword: another }],
  ])('does not take %s from a session that was ended', async (route, body) => {
    const { email } = await confirmed()
    const { accessToken: token } = await logIn(email)
    await callApi(handler, { route: 'POST /api/auth/logout', token })
    expect(await callApi(handler, { route, token, body })).toMatchObject({
      status: 401,
      body: { type: '/problems/unauthenticated' },
    })
  })

  it.each([
    ['signup', attemptLimits.signUp.perAddress, { password: 'weak' }, 400],
    ['verify', attemptLimits.verify.perAddress, { code: '000000' }, 400],
    ['resend-verification', attemptLimits.resendVerification.perAddress, {}, 202],
    ['forgot-password', attemptLimits.forgotPassword.perAddress, {}, 202],
    ['reset-password', attemptLimits.resetPassword.perAddress, { code: '000000', newPassword: another }, 400],
  ])(
    'answers 429 to %s for one address after %i attempts, with an account and without',
    async (path, most, body, status) => {
      const { email: known } = await confirmed()
      const refused = []
      for (const [index, email] of [known, newEmail()].entries()) {
        const attempt = () =>
          callApi(handler, {
            route: `POST /api/auth/${path}`,
            body: { email, ...body },
            sourceIp: `198.51.100.${index}`,
          })
        // Making the account was an attempt of its own.
        const made = index === 0 && (path === 'signup' || path === 'verify') ? 1 : 0
        for (let n = made; n < most; n++) expect((await attempt()).status).toBe(status)
        refused.push(await attempt())
      }
      for (const answer of refused) {
        expect(answer).toMatchObject({ status: 429, body: { type: '/problems/too-many-requests' } })
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
        expect(answer.body).toEqual(refused[0]?.body)
      }
    },
  )

  it('knows no token any more of a session that was ended, and those of a new one at once', async () => {
    const { email } = await confirmed()
    const { accessToken, refreshToken } = await logIn(email)
    const { body } = await post('refresh', { refreshToken })
    const logOut = () => callApi(handler, { route: 'POST /api/auth/logout', token: accessToken })
    expect(await logOut()).toMatchObject({ status: 204 })
    for (const token of [accessToken, body.accessToken]) expect(await readMe(token)).toMatchObject({ status: 401 })
    expect(await logOut()).toMatchObject({ status: 401 })
    const again = await logIn(email)
    expect(await readMe(again.accessToken)).toMatchObject({ status: 200 })
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
    ['forgot-password', { email: 'nobody' }, '/email'],
    ['reset-password', { email: 'ada@example.com', code: '1', newPassword: password }, '/code'],
    ['reset-password', { email: 'ada@example.com', code: '123456', newPassword: '' }, '/newPassword'],
    ['reset-password', { email: 'ada@example.com', code: '123456' }, '/newPassword'],
  ])('refuses %s %j, naming the field', async (path, body, pointer) => {
    const answered = await post(path, body)
    expect(answered).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
    expect(JSON.stringify(answered.body)).not.toContain(password)
  })

  it.each(['POST /api/auth/logout', 'GET /api/auth/me', 'PUT /api/auth/profile', 'PUT /api/auth/change-password'])(
    'answers 401 to %s without a valid token',
    async (route) => {
      const { email } = await confirmed()
      const { idToken } = await logIn(email)
      for (const call of [{ route }, { route, token: 'x.y.z' }, { route, token: idToken }]) {
        expect(await callApi(handler, call)).toMatchObject({ status: 401, body: { type: '/problems/unauthenticated' } })
      }
    },
  )

  it('has met no bug in all this', () => {
    expect(log.lines).toEqual([])
  })
})
