import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, ApiClient } from '../support/api-client.ts'
import { openPunctual, type Punctual } from '../support/punctual-service.ts'
import { expectProblem } from './expect-problem.ts'
import { least } from './job-fields.ts'

describe('limits', () => {
  let punctual: Punctual
  let account: Account
  beforeAll(async () => {
    punctual = await openPunctual()
    account = await punctual.newAccount()
  })
  afterAll(() => punctual?.close())

  const withKey = (key: string) => ({ headers: { 'idempotency-key': key } })

  describe('of a plan', () => {
    it('are those of FREE to begin with, and others once another is chosen', async () => {
      const before = await account.api.must('GET', '/api/auth/me')
      expect(before).toMatchObject({ plan: 'FREE', usage: { jobs: 0, jobLimit: 1000, runsPerDayLimit: 720_000 } })
      const changed = await account.api.put('/api/users/plan', { plan: 'PRO' })
      expect(changed).toMatchObject({ status: 200, body: { plan: 'PRO', usage: { jobLimit: 100_000 } } })
      expect(await account.api.must('GET', '/api/auth/me')).toEqual(changed.body)
      expect(changed.body).toMatchObject({ userId: before.userId, email: before.email, createdAt: before.createdAt })
    })

    it('change back with every job left as it is, where there is room', async () => {
      const job = await account.api.createJob()
      expect((await account.api.put('/api/users/plan', { plan: 'FREE' })).body.plan).toBe('FREE')
      expect(await account.api.must('GET', `/api/jobs/${job.id}`)).toMatchObject({
        status: 'ACTIVE',
        pausedReason: null,
        version: 1,
      })
    })

    it.each([{}, { plan: 'free' }, { plan: 'GOLD' }, { plan: 'PRO', jobs: 1 }, 'PRO'])(
      'are not changed by %j',
      async (body) => {
        const answer = await account.api.put('/api/users/plan', JSON.stringify(body))
        expect(answer.status).toBe(400)
        expect((await account.api.must('GET', '/api/auth/me')).plan).toBe('FREE')
      },
    )

    it('are changed by people only, and name the limit that is reached', async () => {
      const machine = await account.api.must('POST', '/api/keys', { name: 'm', scopes: ['read', 'write', 'run'] })
      const byKey = await new ApiClient(punctual.url, machine.key).put('/api/users/plan', { plan: 'PRO' })
      expectProblem(byKey, 403, 'forbidden')
      for (let n = 1; n < 10; n++) await account.api.must('POST', '/api/keys', { name: `${n}`, scopes: ['read'] })
      const tooMany = await account.api.post('/api/keys', { name: 'eleventh', scopes: ['read'] })
      expectProblem(tooMany, 403, 'plan-limit')
      expect(tooMany.body).toMatchObject({ limit: 'keys', value: 11, allowed: 10, plan: 'FREE' })
    })
  })

  describe('to one answer for each Idempotency-Key', () => {
    it('create one job, and answer as at first: status, Location, ETag and body', async () => {
      const [first, again] = [
        await account.api.post('/api/jobs', least, withKey('job')),
        await account.api.post('/api/jobs', { ...least, tags: [] }, withKey('job')),
      ]
      expect(first.status).toBe(201)
      expect([again.status, again.text]).toEqual([first.status, first.text])
      for (const name of ['location', 'etag']) expect(again.headers.get(name)).toBe(first.headers.get(name))
      expect(again.headers.get('idempotent-replayed')).toBe('true')
      const other = await account.api.post('/api/jobs', { ...least, name: 'Other' }, withKey('job'))
      expectProblem(other, 422, 'idempotency-key-reused')
    })

    it('create one job of many requests at once', async () => {
      const name = 'Once'
      const all = await Promise.all(
        Array.from({ length: 12 }, () => account.api.post('/api/jobs', { ...least, name }, withKey('at-once'))),
      )
      const created = all.filter(({ status }) => status === 201)
      expect(new Set(created.map(({ body }) => body.id)).size).toBe(1)
      for (const answer of all.filter(({ status }) => status !== 201)) {
        expectProblem(answer, 409, 'request-in-flight')
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      }
      expect((await account.api.must('GET', `/api/jobs?q=${name}`)).items).toHaveLength(1)
    })

    it('run a job once', async () => {
      const job = await account.api.createJob({ targetUrl: 'https://target.invalid/' })
      const run = () => account.api.post(`/api/jobs/${job.id}/run`, undefined, withKey('run'))
      const [first, again] = [await run(), await run()]
      expect([first.status, again.status]).toEqual([202, 202])
      expect(again.body).toEqual(first.body)
      await account.api.runEnd(first.body.runId)
      expect((await account.api.must('GET', `/api/jobs/${job.id}/runs`)).items).toHaveLength(1)
      const other = await account.api.createJob()
      expectProblem(await account.api.post(`/api/jobs/${other.id}/run`, undefined, withKey('run')), 422, 'idempotency')
    })

    it('make one API key, and show it again only to the token that made it', async () => {
      const { api, email, password } = await punctual.newAccount()
      const make = (by: ApiClient) => by.post('/api/keys', { name: 'Deploy', scopes: ['read'] }, withKey('key'))
      const [first, again] = [await make(api), await make(api)]
      expect(first.status).toBe(201)
      expect(again.text).toBe(first.text)
      expect((await api.must('GET', '/api/keys')).items).toHaveLength(1)
      const { accessToken } = await api.must('POST', '/api/auth/login', { email, password })
      const later = await make(new ApiClient(punctual.url, accessToken))
      expectProblem(later, 409, 'answer-shown-once')
      expect(later.text).not.toContain(first.body.key)
      expect((await api.must('GET', '/api/keys')).items).toHaveLength(1)
    })

    it('generate one version of a secret', async () => {
      const generate = () => account.api.post('/api/secrets/ONCE/generate', {}, withKey('secret'))
      const [first, again] = [await generate(), await generate()]
      expect(first).toMatchObject({ status: 201, body: { version: 1 } })
      expect(again.text).toBe(first.text)
    })

    it('import once', async () => {
      const body = { format: 'crontab', crontab: '0 5 29 2 * curl https://api.example.com/imported\n' }
      const send = () => account.api.post('/api/import', body, withKey('import'))
      const [first, again] = [await send(), await send()]
      expect(first.status).toBe(200)
      expect(again.text).toBe(first.text)
    })

    it('need a key of visible ASCII', async () => {
      const answer = await account.api.post('/api/jobs', least, withKey('a b'))
      expectProblem(answer, 400, 'validation')
      expect(answer.body.errors).toMatchObject([{ pointer: '/header/idempotency-key' }])
    })
  })

  describe('of a session', () => {
    it('end its access tokens, too, with the log-out', async () => {
      const { api, email, password } = await punctual.newAccount()
      expect((await api.post('/api/auth/logout')).status).toBe(204)
      for (const path of ['/api/jobs', '/api/auth/me', '/api/keys'])
        expectProblem(await api.get(path), 401, 'unauthenticated')
      const { accessToken } = await api.must('POST', '/api/auth/login', { email, password })
      expect((await new ApiClient(punctual.url, accessToken).get('/api/jobs')).status).toBe(200)
    })
  })

  describe('of requests', () => {
    const policyOf = (headers: Headers) => /^"(\w+)";q=(\d+);w=60$/.exec(headers.get('ratelimit-policy') ?? '')
    const stateOf = (headers: Headers) => /^"(\w+)";r=(\d+);t=(\d+)$/.exec(headers.get('ratelimit') ?? '')

    it.each([
      ['GET', '/api/jobs', 'free'],
      ['GET', '/api/jobs/nobodys', 'free'],
      ['POST', '/api/jobs', 'free'],
      ['GET', '/api/health', 'source'],
      ['GET', '/api/nowhere', 'source'],
      ['POST', '/api/auth/login', 'source'],
    ])('are on the answer to %s %s, whatever it is', async (method, path, name) => {
      const { headers } = await account.api.call(method, path, method === 'POST' ? {} : undefined)
      expect(policyOf(headers)?.[1]).toBe(name)
      expect(stateOf(headers)?.[1]).toBe(name)
    })

    it('count down with every request, and begin anew with the minute', async () => {
      const { api } = await punctual.newAccount()
      const states = []
      for (let n = 0; n < 5; n++) states.push(stateOf((await api.get('/api/jobs/nobodys')).headers))
      const [first, ...others] = states.map((state) => ({ left: Number(state?.[2]), reset: Number(state?.[3]) }))
      let before = first ?? { left: 0, reset: 0 }
      for (const state of others) {
        if (state.reset <= before.reset) expect(state.left).toBeLessThan(before.left)
        before = state
      }
      expect(before.reset).toBeGreaterThanOrEqual(1)
      expect(before.reset).toBeLessThanOrEqual(60)
    })
  })
})
