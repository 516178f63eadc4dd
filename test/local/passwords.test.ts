import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, type Answer, ApiClient, accountsByMailbox, codeFor, newEmail } from '../support/api-client.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'
import { expectProblem } from './expect-problem.ts'

const another = 'Another-Battery-22'

describe('passwords', () => {
  let service: PunctualService
  let anyone: ApiClient
  let newAccount: () => Promise<Account>

  beforeAll(async () => {
    service = await startService()
    anyone = new ApiClient(service.url)
    newAccount = accountsByMailbox(service.url)
  })
  afterAll(() => service?.discard())

  const post = (path: string, body: unknown) => anyone.post(`/api/auth/${path}`, body)

  /** Everything of an answer but what differs from request to request. */
  const essence = ({ status, headers, text, body }: Answer) => ({
    status,
    names: [...headers.keys()].toSorted(),
    shown: text.replaceAll(body?.requestId ?? ' ', ''),
  })

  it('are replaced by a mailed code, which ends every session', async () => {
    const { email, password, session } = await newAccount()
    expect((await post('forgot-password', { email })).status).toBe(202)
    const reset = { email, code: await codeFor(service.url, email), newPassword: another }
    expect(await post('reset-password', reset)).toMatchObject({ status: 204, text: '' })
    expectProblem(await post('login', { email, password }), 401, 'invalid-credentials')
    expect((await post('login', { email, password: another })).status).toBe(200)
    expectProblem(await post('refresh', { refreshToken: session.refreshToken }), 401, 'unauthenticated')
    expectProblem(await post('reset-password', reset), 400, 'invalid-code')
  })

  it('are changed in exchange for the current one', async () => {
    const { email, password, api } = await newAccount()
    const change = (currentPassword: string, newPassword: string) =>
      api.put('/api/auth/change-password', { currentPassword, newPassword })
    const wrong = await change(another, another)
    expectProblem(wrong, 400, 'validation')
    expect(wrong.body.errors).toMatchObject([{ pointer: '/currentPassword' }])
    const weak = await change(password, 'weak')
    expectProblem(weak, 400, 'validation')
    expect(weak.body.errors).toMatchObject([{ pointer: '/newPassword', detail: expect.stringMatching(/^is too weak/) }])
    expect((await change(password, another)).status).toBe(204)
    expectProblem(await post('login', { email, password }), 401, 'invalid-credentials')
    expect((await post('login', { email, password: another })).status).toBe(200)
  })

  it.each<readonly [string, object]>([
    ['forgot-password', {}],
    ['resend-verification', {}],
    ['reset-password', { code: '000000', newPassword: another }],
    ['verify', { code: '000000' }],
    ['login', { password: 'Wrong-Password-1' }],
  ])('do not show by %s whether there is an account', async (path, fields) => {
    const { email } = await newAccount()
    const known = await post(path, { email, ...fields })
    const unknown = await post(path, { email: newEmail(), ...fields })
    expect(essence(known)).toEqual(essence(unknown))
  })

  it('are safe from guessing: after enough wrong passwords the answer is to wait', async () => {
    const { email } = await newAccount()
    const guess = () => post('login', { email, password: 'Wrong-Password-1' })
    const answers: Answer[] = []
    while (answers.length < 50 && answers.at(-1)?.status !== 429) answers.push(await guess())
    const last = answers.at(-1)
    if (!last) throw new Error('nothing was answered')
    expectProblem(last, 429, 'too-many-requests')
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
    for (const answer of answers.slice(0, -1)) expectProblem(answer, 401, 'invalid-credentials')
  })

  it('do not let anyone flood a mailbox with codes', async () => {
    const { email } = await newAccount()
    const mailed = async () => (await anyone.must('GET', `/_local/mailbox?to=${email}`)).messages.length
    const before = await mailed()
    const statuses: number[] = []
    for (let n = 0; n < 8; n++) statuses.push((await post('forgot-password', { email })).status)
    expect(statuses).toEqual([202, 202, 202, 202, 202, 429, 429, 429])
    expect((await mailed()) - before).toBe(5)
  })
})
