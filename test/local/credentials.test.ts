import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, ApiClient } from '../support/api-client.ts'
import { openPunctual, type Punctual } from '../support/punctual-service.ts'
import { apiRoutes } from './api-routes.ts'
import { expectProblem } from './expect-problem.ts'

describe('credentials', () => {
  let punctual: Punctual
  let account: Account

  beforeAll(async () => {
    punctual = await openPunctual()
    account = await punctual.newAccount()
  })
  afterAll(() => punctual?.close())

  const expectUnauthenticated = async (headers: Record<string, string>) => {
    const guarded = (await apiRoutes(punctual.url)).filter(({ access }) => access === 'user')
    expect(guarded.length).toBeGreaterThan(15)
    for (const { method, path } of guarded) {
      const body = method === 'GET' ? undefined : { value: 'x' }
      const answer = await new ApiClient(punctual.url).call(method, path.replace(/\{\w+\}/, 'NAME'), body, { headers })
      expectProblem(answer, 401, 'unauthenticated')
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
  }

  it('are needed', () => expectUnauthenticated({}))

  it('must be an access token, not an id token', () =>
    expectUnauthenticated({ authorization: `Bearer ${account.session.idToken}` }))

  it('must be unchanged', async () => {
    const [header = '', payload = '', signature = ''] = account.session.accessToken.split('.')
    const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
    const another = encode({ ...decode(payload), sub: '00000000-0000-4000-8000-000000000000' })
    const unsigned = encode({ ...decode(header), alg: 'none' })
    const forged = [
      `${header}.${another}.${signature}`,
      `${unsigned}.${payload}.`,
      `${header}.${payload}.${signature.slice(4)}AAAA`,
      `${header}.${payload}`,
      'nonsense',
    ]
    for (const token of forged) await expectUnauthenticated({ authorization: `Bearer ${token}` })
  })

  it('must be a bearer credential', () =>
    expectUnauthenticated({ authorization: `Basic ${Buffer.from('a:b').toString('base64')}` }))

  it('leave nothing behind when they are refused', async () => {
    for (const path of ['/api/jobs', '/api/secrets'])
      expect((await account.api.get(path)).body).toEqual({ items: [], nextCursor: null })
  })
})
