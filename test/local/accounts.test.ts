import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Account,
  type Answer,
  ApiClient,
  accountsByMailbox,
  codeFor,
  logIn,
  newEmail,
} from '../support/api-client.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'
import { expectProblem } from './expect-problem.ts'

const password = 'correct horse Battery 1'
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

describe('accounts', () => {
  let service: PunctualService
  let anyone: ApiClient

  beforeAll(async () => {
    service = await startService({ environment: { ADMIN_EMAILS: 'root@example.com' } })
    anyone = new ApiClient(service.url)
  })
  afterAll(() => service?.discard())

  const post = (call: string, body: unknown) => anyone.post(`/api/auth/${call}`, body)
  const newAccount = (): Promise<Account> => accountsByMailbox(service.url)()
  const signUp = async (email = newEmail()) => {
    const answer = await post('signup', { email, password })
    return { email, answer }
  }

  it('takes somebody from signing up to their own account', async () => {
    const email = newEmail()
    const signedUp = await post('signup', { email, password, name: 'Ada Lovelace' })
    expect(signedUp).toMatchObject({
      status: 201,
      body: { userId: expect.stringMatching(UUID), email, status: 'UNCONFIRMED' },
    })
    const verified = await post('verify', { email, code: await codeFor(service.url, email) })
    expect(verified).toMatchObject({ status: 200, body: { status: 'CONFIRMED' } })
    const loggedIn = await post('login', { email, password })
    expect(loggedIn).toMatchObject({ status: 200, body: { expiresIn: 900, tokenType: 'Bearer' } })
    expect(Object.keys(loggedIn.body).toSorted()).toEqual([
      'accessToken',
      'expiresIn',
      'idToken',
      'refreshToken',
      'tokenType',
    ])
    const me = await new ApiClient(service.url, loggedIn.body.accessToken).get('/api/auth/me')
    expect(me.body).toEqual({
      userId: signedUp.body.userId,
      email,
      name: 'Ada Lovelace',
      plan: 'FREE',
      role: 'USER',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      usage: {
        jobs: 0,
        activeJobs: 0,
        runsPerDay: 0,
        jobLimit: expect.any(Number),
        runsPerDayLimit: expect.any(Number),
      },
    })
  })

  it('mails the code to the address that signed up and lists it newest first', async () => {
    const { email } = await signUp()
    expect((await post('resend-verification', { email })).status).toBe(202)
    const { messages } = await anyone.must('GET', `/_local/mailbox?to=${email}`)
    expect(messages).toHaveLength(2)
    for (const message of messages) {
      expect(message).toMatchObject({
        to: email,
        subject: expect.stringMatching(/./),
        text: expect.stringMatching(/\b\d{6}\b/),
      })
      expect(new Date(message.sentAt).toISOString()).toBe(message.sentAt)
    }
    expect(messages[0].sentAt >= messages[1].sentAt).toBe(true)
    expect((await post('verify', { email, code: await codeFor(service.url, email) })).status).toBe(200)
  })

  it('answers the same to an address that has an account as to one that has none', async () => {
    const { email, answer: first } = await signUp()
    const confirmed = await newAccount()
    for (const taken of [email, confirmed.email, email.toUpperCase()]) {
      const again = await post('signup', { email: taken, password: 'another Password 2' })
      expect(again.status).toBe(first.status)
      expect(again.body).toEqual({ ...first.body, userId: expect.stringMatching(UUID), email: taken.toLowerCase() })
      expect([...again.headers.keys()]).toEqual([...first.headers.keys()])
    }
    for (const address of [email, confirmed.email, newEmail()])
      expect(await post('resend-verification', { email: address })).toMatchObject({ status: 202, text: '' })
    // Nobody's password was changed by it.
    expect((await post('login', { email: confirmed.email, password })).status).toBe(200)
  })

  it('refuses a wrong code alike for every address', async () => {
    const { email } = await signUp()
    const wrong = (await codeFor(service.url, email)) === '000000' ? '000001' : '000000'
    const confirmed = await newAccount()
    const answers: Answer[] = []
    for (const address of [email, confirmed.email, newEmail()])
      answers.push(await post('verify', { email: address, code: wrong }))
    for (const answer of answers) {
      expectProblem(answer, 400, 'invalid-code')
      expect(answer.body.detail).toBe(answers[0]?.body.detail)
    }
    expectProblem(await post('verify', { email, code: '12345' }), 400, 'validation')
    expectProblem(await post('login', { email, password }), 403, 'account-not-confirmed')
  })

  it('refuses a wrong password alike for an account and for nobody', async () => {
    const { email } = await newAccount()
    const [known, unknown] = [
      await post('login', { email, password: 'wrong Password 9' }),
      await post('login', { email: newEmail(), password: 'wrong Password 9' }),
    ]
    expectProblem(known, 401, 'invalid-credentials')
    expectProblem(unknown, 401, 'invalid-credentials')
    expect(known.body.detail).toBe(unknown.body.detail)
  })

  it('does not tell somebody without the password that an account is not confirmed', async () => {
    const { email } = await signUp()
    expectProblem(await post('login', { email, password: 'wrong Password 9' }), 401, 'invalid-credentials')
    expectProblem(await post('login', { email, password }), 403, 'account-not-confirmed')
  })

  it.each([
    ['too short', 'Short1aB'],
    ['without a digit', 'correct horse Battery'],
    ['without a capital', 'correct horse battery 1'],
    ['only digits', '123456789012'],
  ])('refuses a password that is %s and says why, without repeating it', async (_name, weak) => {
    const email = newEmail()
    const answer = await post('signup', { email, password: weak })
    expectProblem(answer, 400, 'validation')
    expect(answer.body.errors).toEqual([{ pointer: '/password', detail: expect.stringMatching(/weak|must/) }])
    expect(answer.text).not.toContain(weak)
    expect((await anyone.must('GET', `/_local/mailbox?to=${email}`)).messages).toEqual([])
  })

  it('refuses an address that is none, and unknown fields', async () => {
    const answer = await post('signup', { email: 'ada at example', password, admin: true })
    expectProblem(answer, 400, 'validation')
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/email', '/admin'])
  })

  it('lets somebody change their name', async () => {
    const { api } = await newAccount()
    const before = await api.must('GET', '/api/auth/me')
    expect(await api.must('PUT', '/api/auth/profile', { name: 'Grace Hopper' })).toEqual({
      ...before,
      name: 'Grace Hopper',
    })
    expect(await api.must('PUT', '/api/auth/profile', { name: null })).toEqual({ ...before, name: null })
    expect(await api.must('GET', '/api/auth/me')).toEqual({ ...before, name: null })
  })

  it('renews a session by its refresh token', async () => {
    const { session, email } = await newAccount()
    const renewed = await post('refresh', { refreshToken: session.refreshToken })
    expect(renewed).toMatchObject({ status: 200, body: { tokenType: 'Bearer', expiresIn: 900 } })
    const me = await new ApiClient(service.url, renewed.body.accessToken).get('/api/auth/me')
    expect(me).toMatchObject({ status: 200, body: { email } })
    for (const refreshToken of ['nonsense', session.accessToken])
      expect((await post('refresh', { refreshToken })).status).toBe(401)
  })

  it('ends every session at logout: no refresh token of the account works any more', async () => {
    const { api, email, session } = await newAccount()
    const elsewhere = await logIn(service.url, email, password)
    expect(await api.post('/api/auth/logout')).toMatchObject({ status: 204, text: '' })
    for (const { refreshToken } of [session, elsewhere.session]) {
      const answer = await post('refresh', { refreshToken })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('content-type')).toMatch(/problem\+json/)
    }
    expect((await post('login', { email, password })).status).toBe(200)
  })

  it('makes an address of ADMIN_EMAILS an admin once it is confirmed', async () => {
    const email = 'root@example.com'
    await signUp(email)
    await post('verify', { email, code: await codeFor(service.url, email) })
    const { api } = await logIn(service.url, email, password)
    expect((await api.get('/api/auth/me')).body.role).toBe('ADMIN')
  })

  it('never keeps a password, nor writes it down', async () => {
    await newAccount()
    expect(service.output()).not.toContain(password)
  })
})
