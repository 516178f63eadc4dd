import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Account,
  type Answer,
  ApiClient,
  accountsByMailbox,
  codeFor,
  logIn,
  newEmail,
  until,
} from '../support/api-client.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'
import { apiRoutes } from './api-routes.ts'
import { expectProblem } from './expect-problem.ts'

const ADMIN = 'admin@example.com'
const PASSWORD = 'correct horse Battery 1'

/** Routes that leave no entry although they are no GET. */
const WITHOUT_ENTRY: Readonly<Record<string, string>> = {
  'POST /api/auth/signup': 'Cognito keeps accounts; there is no tenant yet',
  'POST /api/auth/verify': 'as signing up',
  'POST /api/auth/resend-verification': 'mails a code',
  'POST /api/auth/login': 'a session is no change of anything kept here',
  'POST /api/auth/refresh': 'as logging in',
  'POST /api/auth/logout': 'as logging in',
  'POST /api/auth/forgot-password': 'mails a code',
  'POST /api/auth/reset-password': 'Cognito keeps passwords; no transaction takes in both',
  'PUT /api/auth/change-password': 'as resetting it',
  'PUT /api/auth/profile': 'Cognito keeps the name',
  'POST /api/schedules/preview': 'asks, and changes nothing',
}

describe('what was done', () => {
  let service: PunctualService
  let admin: Account
  let newAccount: () => Promise<Account>

  beforeAll(async () => {
    service = await startService({ environment: { ADMIN_EMAILS: ADMIN } })
    newAccount = accountsByMailbox(service.url)
    const anyone = new ApiClient(service.url)
    await anyone.must('POST', '/api/auth/signup', { email: ADMIN, password: PASSWORD })
    await anyone.must('POST', '/api/auth/verify', { email: ADMIN, code: await codeFor(service.url, ADMIN) })
    admin = await logIn(service.url, ADMIN, PASSWORD)
  })
  afterAll(() => service?.discard())

  const idOf = async (account: Account): Promise<string> => (await account.api.must('GET', '/api/auth/me')).userId

  describe('is told by the audit', () => {
    /** How to make each change, and the entry that it leaves; `reads` is whose audit it is in. */
    type Made = { readonly action: string; readonly make: (api: ApiClient) => Promise<unknown> }

    let someone: Account
    beforeAll(async () => {
      someone = await newAccount()
    })

    const someJob = (api: ApiClient) => api.createJob({ targetUrl: 'https://target.invalid/' })
    const ofJob = (action: string, make: (api: ApiClient, path: string) => Promise<unknown>): Made => ({
      action,
      make: async (api) => make(api, `/api/jobs/${(await someJob(api)).id}`),
    })
    const definition = { name: 'x', cronExpression: '0 0 29 2 *', targetUrl: 'https://api.example.com/' }
    const template = { name: 'A template', jobs: [{ ...definition, name: 'Of a template' }] }
    const newKey = (api: ApiClient) => api.must('POST', '/api/keys', { name: 'CI', scopes: ['read'] })

    const changes: Readonly<Record<string, Made>> = {
      'POST /api/jobs': { action: 'job.created', make: (api) => api.createJob() },
      'PUT /api/jobs/{jobId}': ofJob('job.changed', (api, path) => api.must('PUT', path, definition)),
      'PATCH /api/jobs/{jobId}': ofJob('job.changed', (api, path) => api.must('PATCH', path, { name: 'y' })),
      'DELETE /api/jobs/{jobId}': ofJob('job.deleted', (api, path) => api.must('DELETE', path)),
      'POST /api/jobs/{jobId}/pause': ofJob('job.paused', (api, path) => api.must('POST', `${path}/pause`)),
      'POST /api/jobs/{jobId}/resume': ofJob('job.resumed', async (api, path) => {
        await api.must('POST', `${path}/pause`)
        await api.must('POST', `${path}/resume`)
      }),
      'POST /api/jobs/{jobId}/run': ofJob('job.run', (api, path) => api.must('POST', `${path}/run`)),
      'POST /api/runs/{runId}/cancel': {
        action: 'run.cancelled',
        async make(api) {
          // It waits a minute for its next attempt.
          const job = await api.createJob({
            targetUrl: 'https://target.invalid/',
            maxRetries: 1,
            retryDelaySeconds: 60,
          })
          const { runId } = await api.must('POST', `/api/jobs/${job.id}/run`)
          await until('a first attempt', async () => {
            const { status, body } = await api.get(`/api/runs/${runId}`)
            return status === 200 && body.attempts.length > 0 ? true : undefined
          })
          await api.must('POST', `/api/runs/${runId}/cancel`)
        },
      },
      'POST /api/jobs/bulk': {
        action: 'bulk.started',
        make: (api) => api.must('POST', '/api/jobs/bulk', { action: 'pause', filter: {} }),
      },
      'POST /api/import': {
        action: 'job.created',
        make: (api) =>
          api.must('POST', '/api/import', { format: 'crontab', crontab: '0 5 * * * curl https://api.example.com/' }),
      },
      'PUT /api/jobs:apply': {
        action: 'job.created',
        make: (api) => {
          const { name: _, ...declared } = definition
          return api.must('PUT', '/api/jobs:apply', { jobs: { declared } })
        },
      },
      'POST /api/templates': {
        action: 'template.created',
        make: (api) => api.must('POST', '/api/templates', { id: 'one', ...template }),
      },
      'PUT /api/templates/{templateId}': {
        action: 'template.changed',
        make: (api) => api.must('PUT', '/api/templates/one', { ...template, name: 'Another' }),
      },
      'POST /api/templates/{templateId}/apply': {
        action: 'job.created',
        make: (api) => api.must('POST', '/api/templates/one/apply', { variables: {} }),
      },
      'DELETE /api/templates/{templateId}': {
        action: 'template.deleted',
        make: (api) => api.must('DELETE', '/api/templates/one'),
      },
      'PUT /api/secrets/{name}': {
        action: 'secret.created',
        make: (api) => api.must('PUT', '/api/secrets/A', { value: 'one' }),
      },
      'POST /api/secrets/{name}/generate': {
        action: 'secret.created',
        make: (api) => api.must('POST', '/api/secrets/B/generate', {}),
      },
      'DELETE /api/secrets/{name}': {
        action: 'secret.deleted',
        async make(api) {
          await api.must('PUT', '/api/secrets/A', { value: 'one' })
          await api.must('DELETE', '/api/secrets/A')
        },
      },
      'PUT /api/users/plan': {
        action: 'plan.changed',
        make: (api) => api.must('PUT', '/api/users/plan', { plan: 'PRO' }),
      },
      'POST /api/keys': { action: 'key.created', make: newKey },
      'DELETE /api/keys/{keyId}': {
        action: 'key.revoked',
        make: async (api) => api.must('DELETE', `/api/keys/${(await newKey(api)).id}`),
      },
    }

    /** Changes of a user that are not their own; `make` gets their id. */
    const changesOfUsers: Readonly<Record<string, { action: string; make: (userId: string) => Promise<unknown> }>> = {
      'PUT /api/admin/users/{userId}/role': {
        action: 'user.role-changed',
        make: (userId) => admin.api.must('PUT', `/api/admin/users/${userId}/role`, { role: 'ADMIN' }),
      },
      'DELETE /api/admin/users/{userId}': {
        action: 'user.deleted',
        make: (userId) => admin.api.must('DELETE', `/api/admin/users/${userId}`),
      },
    }

    it('for every route that changes something: a new one belongs here, or on the list of those without', async () => {
      const changing = (await apiRoutes(service.url)).filter(({ method }) => method !== 'GET')
      const routes = changing.map(({ method, path }) => `${method} ${path}`)
      const known = [...Object.keys(WITHOUT_ENTRY), ...Object.keys(changes), ...Object.keys(changesOfUsers)]
      expect(routes.toSorted()).toEqual([...known, 'DELETE /api/users/me'].toSorted())
    })

    it.each(Object.entries(changes))('%s', async (route, { action, make }) => {
      await make(someone.api)
      const { items } = await someone.api.must('GET', `/api/audit?action=${action}&limit=1`)
      expect(items).toMatchObject([
        {
          actor: { type: 'user', id: await idOf(someone) },
          request: { route, sourceIp: '127.0.0.1', id: expect.stringMatching(/./) },
        },
      ])
    })

    it.each(Object.entries(changesOfUsers))(
      '%s, and does not tell the user which admin it was',
      async (route, change) => {
        const account = await newAccount()
        const userId = await idOf(account)
        await change.make(userId)
        const { items } = await admin.api.must('GET', `/api/admin/audit?userId=${userId}&action=${change.action}`)
        expect(items).toMatchObject([{ actor: { type: 'admin', id: await idOf(admin) }, request: { route } }])
        if (change.action === 'user.deleted') return
        const [own] = (await account.api.must('GET', `/api/audit?action=${change.action}`)).items
        expect(own).toMatchObject({ actor: { type: 'admin', id: null }, request: null })
        await admin.api.must('PUT', `/api/admin/users/${userId}/role`, { role: 'USER' })
      },
    )

    it('with the changed fields before and after, the key that did it, and no credential', async () => {
      const account = await newAccount()
      await account.api.must('PUT', '/api/secrets/TOKEN', { value: 'value-of-the-secret' })
      const { key, id: keyId } = await account.api.must('POST', '/api/keys', { name: 'CI', scopes: ['read', 'write'] })
      const machine = new ApiClient(service.url, key)
      const job = await machine.createJob({
        headers: { 'X-Key': 'typed-in-1', Authorization: 'Bearer {{secrets.TOKEN}}' },
      })
      await machine.must('PATCH', `/api/jobs/${job.id}`, { name: 'renamed', headers: { 'X-Key': 'typed-in-2' } })
      const answer = await machine.get(`/api/audit?jobId=${job.id}`)
      expect(answer.body.items).toMatchObject([
        {
          action: 'job.changed',
          actor: { type: 'key', id: keyId },
          subject: { type: 'job', id: job.id, name: 'renamed' },
          before: { name: 'quiet', headers: { 'X-Key': '[hidden]' } },
          after: { name: 'renamed', headers: { 'X-Key': '[hidden]' } },
        },
        { action: 'job.created', before: null, after: { headers: { Authorization: 'Bearer {{secrets.TOKEN}}' } } },
      ])
      const all = (await account.api.get('/api/audit')).text
      for (const credential of ['value-of-the-secret', 'typed-in', key]) expect(all).not.toContain(credential)
    })

    it('page by page, each entry once, and only with the own cursor', async () => {
      const [ada, bob] = [await newAccount(), await newAccount()]
      for (const name of ['A', 'B', 'C', 'D', 'E']) await ada.api.must('PUT', `/api/secrets/${name}`, { value: 'x' })
      const names: string[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const page = await ada.api.must('GET', `/api/audit?limit=2${query}`)
        names.push(...page.items.map(({ subject }: { subject: { name: string } }) => subject.name))
        if (page.nextCursor !== null) {
          const foreign = await bob.api.get(`/api/audit?limit=2&cursor=${encodeURIComponent(page.nextCursor)}`)
          expectProblem(foreign, 400, 'invalid-cursor')
        }
        cursor = page.nextCursor
      }
      expect(names).toEqual(['E', 'D', 'C', 'B', 'A'])
      expect((await bob.api.get('/api/audit')).body.items).toEqual([])
    })
  })

  describe('to many jobs at once', () => {
    /** A service that starts a process for each run takes its time. */
    const LONGEST_BULK_MS = 100_000

    const endOfBulk = (api: ApiClient, path: string): Promise<Answer['body']> => {
      const ask = async () => {
        const { body } = await api.get(path)
        return body.state === 'DONE' ? body : undefined
      }
      return until('the end of the bulk request', ask, LONGEST_BULK_MS)
    }

    it('goes on in the background where it is much, and is told page by page', async () => {
      const { api } = await newAccount()
      for (let n = 0; n < 13; n++) {
        await Promise.all(Array.from({ length: 10 }, () => api.createJob({ tags: ['many'] })))
      }
      const begun = await api.post('/api/jobs/bulk', { action: 'pause', filter: { tag: 'many' } })
      expect(begun).toMatchObject({ status: 202, body: { state: 'RUNNING' } })
      // A hundred, or as many as there is time for.
      expect(begun.body.counts.DONE).toBeGreaterThan(0)
      expect(begun.body.counts.DONE).toBeLessThanOrEqual(100)
      const path = begun.headers.get('location') ?? ''
      expect(path).toBe(`/api/jobs/bulk/${begun.body.bulkId}`)
      const done = await endOfBulk(api, `${path}?limit=100`)
      expect(done.counts).toMatchObject({ DONE: 130 })
      const second = await api.must('GET', `${path}?limit=100&cursor=${encodeURIComponent(done.nextCursor)}`)
      const ids = [...done.results, ...second.results].map(({ jobId }: { jobId: string }) => jobId)
      expect(new Set(ids).size).toBe(130)
      expect(second.nextCursor).toBeNull()
      expect((await api.must('GET', '/api/jobs?status=ACTIVE')).items).toEqual([])
    })

    it.each(['resume', 'run'] as const)('does the rest of %s in the background, too', async (action) => {
      const { api } = await newAccount()
      for (let n = 0; n < 11; n++) {
        await Promise.all(Array.from({ length: 10 }, () => api.createJob({ enabled: false })))
      }
      const begun = await api.post('/api/jobs/bulk', { action, filter: { status: 'PAUSED' } })
      expect(begun.status).toBe(202)
      const done = await endOfBulk(api, begun.headers.get('location') ?? '')
      expect(done.counts).toMatchObject({ DONE: 110 })
    })

    it('is done to each that there is, and told of each that there is not', async () => {
      const { api } = await newAccount()
      const bob = await newAccount()
      const [own, foreign] = [await api.createJob(), await bob.api.createJob()]
      for (const [action, left] of [
        ['tag', { tags: ['new'] }],
        ['pause', { status: 'PAUSED', tags: ['new'] }],
        ['resume', { status: 'ACTIVE' }],
        ['run', { status: 'ACTIVE' }],
      ] as const) {
        const body = { action, jobIds: [own.id, foreign.id, 'nobodys'], ...(action === 'tag' ? { tags: ['new'] } : {}) }
        const answer = await api.post('/api/jobs/bulk', body)
        expect(answer).toMatchObject({ status: 200, body: { state: 'DONE' } })
        expect(answer.body.results.map(({ status }: { status: string }) => status)).toEqual([
          'DONE',
          'NOT_FOUND',
          'NOT_FOUND',
        ])
        expect(await api.must('GET', `/api/jobs/${own.id}`), action).toMatchObject(left)
      }
      const deleted = await api.post('/api/jobs/bulk', { action: 'delete', jobIds: [own.id, foreign.id] })
      expect(deleted.body.counts).toMatchObject({ DONE: 1, NOT_FOUND: 1 })
      expect((await api.get(`/api/jobs/${own.id}`)).status).toBe(404)
      expect(await bob.api.must('GET', `/api/jobs/${foreign.id}`)).toMatchObject({ status: 'ACTIVE', tags: [] })
    })

    it.each([
      [{ action: 'pause' }, '/jobIds'],
      [{ action: 'pause', jobIds: [] }, '/jobIds'],
      [{ action: 'pause', jobIds: ['a'], filter: {} }, '/filter'],
      [{ action: 'tag', jobIds: ['a'] }, '/tags'],
      [{ action: 'pause', jobIds: ['a'], tags: ['b'] }, '/tags'],
      [{ action: 'explode', jobIds: ['a'] }, '/action'],
      [{ action: 'pause', filter: { colour: 'red' } }, '/filter/colour'],
      [{ action: 'pause', jobIds: Array.from({ length: 1001 }, (_, n) => `${n}`) }, '/jobIds'],
    ])('is refused where it is not clear: %j', async (body, pointer) => {
      const answer = await admin.api.post('/api/jobs/bulk', body)
      expectProblem(answer, 400, 'validation')
      expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer)
    })

    it('takes a key with the scope for it', async () => {
      const account = await newAccount()
      const job = await account.api.createJob()
      const keyOf = async (scopes: readonly string[]) =>
        new ApiClient(service.url, (await account.api.must('POST', '/api/keys', { name: 'k', scopes })).key)
      const run = { action: 'run', jobIds: [job.id] }
      expectProblem(await (await keyOf(['write'])).post('/api/jobs/bulk', run), 403, 'forbidden')
      expectProblem(await (await keyOf(['run'])).post('/api/jobs/bulk', run), 403, 'forbidden')
      expect((await (await keyOf(['write', 'run'])).post('/api/jobs/bulk', run)).status).toBe(200)
    })
  })

  describe('is for admins to see', () => {
    async function otherAdmins(own: string): Promise<readonly string[]> {
      const found: string[] = []
      let query = '?limit=100'
      while (query !== '') {
        const { items, nextCursor } = await admin.api.must('GET', `/api/admin/users${query}`)
        for (const { userId, role } of items) if (role === 'ADMIN' && userId !== own) found.push(userId)
        query = nextCursor === null ? '' : `?limit=100&cursor=${encodeURIComponent(nextCursor)}`
      }
      return found
    }

    it('and for nobody else, whatever the route', async () => {
      const account = await newAccount()
      const { key } = await admin.api.must('POST', '/api/keys', { name: 'k', scopes: ['read', 'write', 'run'] })
      const routes = (await apiRoutes(service.url)).filter(({ path }) => path.startsWith('/api/admin/'))
      expect(routes.length).toBeGreaterThanOrEqual(9)
      for (const { method, path } of routes) {
        const body = method === 'PUT' ? { role: 'ADMIN' } : undefined
        const filled = path.replace('{userId}', await idOf(account))
        for (const api of [account.api, new ApiClient(service.url, key)])
          expectProblem(await api.call(method, filled, body), 403, 'forbidden')
      }
    })

    it('all users, jobs and runs, without what is only theirs', async () => {
      const account = await newAccount()
      const userId = await idOf(account)
      const { id } = await account.api.createJob({
        name: 'Seen by admins',
        targetUrl: 'https://target.invalid/?key=typed-in',
        auth: { type: 'bearer', token: 'typed-in' },
      })
      await account.api.runToEnd(id)
      const [jobs, runs] = [
        await admin.api.get('/api/admin/jobs?limit=1'),
        await admin.api.get('/api/admin/runs?limit=1'),
      ]
      expect(jobs.body.items).toMatchObject([{ userId, id, name: 'Seen by admins', auth: { type: 'bearer' } }])
      expect(runs.body.items).toMatchObject([{ userId, jobId: id, status: 'FAILED', request: null, response: null }])
      expect(jobs.text + runs.text).not.toContain('typed-in')
      expect((await admin.api.must('GET', `/api/admin/jobs?userId=${userId}`)).items).toHaveLength(1)
      expect((await admin.api.must('GET', `/api/admin/runs?userId=${userId}&status=SUCCEEDED`)).items).toEqual([])
      const part = encodeURIComponent(account.email.slice(5, 25))
      const search = await admin.api.must('GET', `/api/admin/users?q=${part}`)
      expect(search.items).toMatchObject([{ userId, email: account.email, role: 'USER', status: 'ACTIVE', jobs: 1 }])
      const exact = await admin.api.must('GET', `/api/admin/users?q=${encodeURIComponent(account.email)}`)
      expect(exact.items).toEqual(search.items)
      const stats = await admin.api.must('GET', '/api/admin/stats')
      expect(stats.users.total).toBeGreaterThan(2)
      expect(stats.jobs.total).toBe(Object.values<number>(stats.jobs.byStatus).reduce((sum, count) => sum + count, 0))
      const { perDay } = await admin.api.must('GET', '/api/admin/analytics?days=2')
      expect(perDay).toHaveLength(2)
      expect(perDay[1].jobsCreated).toBeGreaterThan(0)
    })

    it('page by page, newest first, each once', async () => {
      const paths = { '/api/admin/jobs': 40, '/api/admin/runs': 30, '/api/admin/audit': 60, '/api/admin/users': 7 }
      for (const [path, limit] of Object.entries(paths)) {
        const ids: string[] = []
        let cursor: string | null = ''
        while (cursor !== null) {
          const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
          const page = await admin.api.must('GET', `${path}?limit=${limit}${query}`)
          expect(page.items.length).toBeLessThanOrEqual(limit)
          ids.push(...page.items.map(({ id, userId }: { id?: string; userId: string }) => id ?? userId))
          cursor = page.nextCursor
        }
        expect(new Set(ids).size, path).toBe(ids.length)
        if (path !== '/api/admin/users') expect(ids, path).toEqual(ids.toSorted().toReversed())
      }
    })

    it('until they are demoted: at once, although their token says otherwise', async () => {
      const other = await newAccount()
      const userId = await idOf(other)
      await admin.api.must('PUT', `/api/admin/users/${userId}/role`, { role: 'ADMIN' })
      expect((await other.api.get('/api/admin/stats')).status).toBe(403)
      const promoted = await logIn(service.url, other.email, other.password)
      expect((await promoted.api.get('/api/admin/stats')).status).toBe(200)
      await admin.api.must('PUT', `/api/admin/users/${userId}/role`, { role: 'USER' })
      // Their session has ended; one that began in the same second goes on, and is refused all the same.
      const again = await promoted.api.put(`/api/admin/users/${userId}/role`, { role: 'ADMIN' })
      expect([401, 403]).toContain(again.status)
      const { refreshToken } = promoted.session
      expect((await promoted.api.post('/api/auth/refresh', { refreshToken })).status).toBe(401)
    })

    it('and the last of them stays', async () => {
      const userId = await idOf(admin)
      // A service that others have used may have more of them.
      for (const other of await otherAdmins(userId))
        await admin.api.must('PUT', `/api/admin/users/${other}/role`, { role: 'USER' })
      const demoted = await admin.api.put(`/api/admin/users/${userId}/role`, { role: 'USER' })
      expectProblem(demoted, 409, 'conflict')
      expectProblem(await admin.api.delete(`/api/admin/users/${userId}`), 409, 'conflict')
      expectProblem(await admin.api.delete('/api/users/me'), 409, 'conflict')
      expect((await admin.api.get('/api/admin/stats')).status).toBe(200)
    })
  })

  describe('when a user is deleted', () => {
    it('takes everything of theirs, and keeps them out from the answer on', async () => {
      const account = await newAccount()
      const userId = await idOf(account)
      await account.api.must('PUT', '/api/secrets/TOKEN', { value: 'x' })
      const { key } = await account.api.must('POST', '/api/keys', { name: 'k', scopes: ['read', 'write'] })
      const job = await account.api.createJob({ targetUrl: 'https://target.invalid/' })
      await account.api.createJob({ cronExpression: '* * * * *' })
      await account.api.runToEnd(job.id)
      const deleted = await admin.api.delete(`/api/admin/users/${userId}`)
      expect(deleted).toMatchObject({ status: 202, body: { userId, state: 'DELETING' } })
      const credentials = { email: account.email, password: account.password }
      expectProblem(await new ApiClient(service.url).post('/api/auth/login', credentials), 401, 'invalid-credentials')
      const { refreshToken } = account.session
      expect((await new ApiClient(service.url).post('/api/auth/refresh', { refreshToken })).status).toBe(401)
      // As above, of a session of the same second.
      expect([401, 403]).toContain((await account.api.post('/api/jobs', { ...quiet, name: 'late' })).status)
      const gone = await until('the end of the user', async () => {
        const { body } = await admin.api.get(`/api/admin/users/${userId}`)
        return body.deletion.state === 'DELETED' ? body : undefined
      })
      expect(gone).toMatchObject({ user: null, deletion: { deleted: { jobs: 2, secrets: 1, keys: 1 } } })
      expect((await admin.api.get(`/api/admin/jobs?userId=${userId}`)).body.items).toEqual([])
      expect((await admin.api.get(`/api/admin/runs?userId=${userId}`)).body.items).toEqual([])
      expect(await admin.api.delete(`/api/admin/users/${userId}`)).toMatchObject({ status: 202, body: gone.deletion })
      expect((await admin.api.get(`/api/admin/audit?userId=${userId}`)).body.items.length).toBeGreaterThan(5)
      await until('the end of the key', async () =>
        (await new ApiClient(service.url, key).get('/api/jobs')).status === 401 ? true : undefined,
      )
    })

    it('may be by themselves, with a fresh log-in; the address is free again', async () => {
      const account = await newAccount()
      const userId = await idOf(account)
      expect((await account.api.delete('/api/users/me')).status).toBe(202)
      const { items } = await admin.api.must('GET', `/api/admin/audit?userId=${userId}&action=user.deleted`)
      expect(items).toMatchObject([{ actor: { type: 'user', id: userId } }])
      await until('the end of the user', async () => {
        const { body } = await admin.api.get(`/api/admin/users?q=${encodeURIComponent(account.email)}`)
        return body.items.length === 0 ? true : undefined
      })
      const anyone = new ApiClient(service.url)
      await anyone.must('POST', '/api/auth/signup', { email: account.email, password: PASSWORD })
      const code = await codeFor(service.url, account.email)
      await anyone.must('POST', '/api/auth/verify', { email: account.email, code })
      const again = await logIn(service.url, account.email, PASSWORD)
      expect((await again.api.must('GET', '/api/audit')).items).toEqual([])
    })

    it('is not found where there is none', async () => {
      expectProblem(await admin.api.delete('/api/admin/users/nobody'), 404, 'not-found')
      const role = { role: 'ADMIN' }
      expectProblem(await admin.api.put(`/api/admin/users/${newEmail()}/role`, role), 404, 'not-found')
    })
  })
})

const quiet = { cronExpression: '0 0 29 2 *', targetUrl: 'https://api.example.com/' }
