import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, ApiClient, until } from '../support/api-client.ts'
import { openPunctual, type Punctual } from '../support/punctual-service.ts'
import { apiRoutes } from './api-routes.ts'
import { expectProblem } from './expect-problem.ts'

const SCOPES = ['read', 'write', 'run']

describe('API keys', () => {
  let punctual: Punctual
  let account: Account

  beforeAll(async () => {
    punctual = await openPunctual()
    account = await punctual.newAccount()
  })
  afterAll(() => punctual?.close())

  const newKey = (scopes: readonly string[], fields: object = {}) =>
    account.api.must('POST', '/api/keys', { name: scopes.join(' '), scopes, ...fields })
  const withKey = async (...scopes: string[]) => new ApiClient(punctual.url, (await newKey(scopes)).key)

  it('do what a person does with jobs and secrets: create, read, run, change, delete', async () => {
    const api = await withKey(...SCOPES)
    await api.must('PUT', '/api/secrets/KEYED', { value: 'a value' })
    const job = await api.createJob({ name: 'By key', timeout: 1000, headers: { 'X-A': '{{secrets.KEYED}}' } })
    expect((await account.api.get(`/api/jobs/${job.id}`)).body).toMatchObject({ id: job.id, name: 'By key' })
    const run = await api.runToEnd(job.id)
    expect(run).toMatchObject({ jobId: job.id, trigger: 'MANUAL' })
    expect((await api.patch(`/api/jobs/${job.id}`, { name: 'Renamed' })).body).toMatchObject({ name: 'Renamed' })
    expect((await api.delete(`/api/jobs/${job.id}`)).status).toBe(204)
    expect((await api.delete('/api/secrets/KEYED')).status).toBe(204)
  })

  it.each(SCOPES)('with the scope %s open its routes and no other', async (scope) => {
    const api = await withKey(scope)
    const routes = (await apiRoutes(punctual.url)).filter(({ access }) => access === 'user')
    expect(routes.some((route) => route.scope === scope)).toBe(true)
    for (const route of routes) {
      const path = route.path.replace(/\{\w+\}/, 'NOBODYS')
      const answer = await api.call(route.method, path, route.method === 'GET' ? undefined : {})
      const shown = `${route.method} ${path}: ${answer.text}`
      if (route.scope === scope) expect([401, 403], shown).not.toContain(answer.status)
      else {
        expect(answer.status, shown).toBe(403)
        expectProblem(answer, 403, 'forbidden')
        if (route.scope !== undefined && route.scope !== 'admin')
          expect(answer.body.detail).toContain(`"${route.scope}"`)
      }
    }
  })

  it('are known to every function from their first use', async () => {
    const routes = (await apiRoutes(punctual.url)).filter(({ access }) => access === 'user')
    const firstOfEach = [...Map.groupBy(routes, ({ resource }) => resource).values()].flatMap(([first]) => first ?? [])
    expect(firstOfEach.length).toBeGreaterThanOrEqual(6)
    for (const { method, path, resource } of firstOfEach) {
      const { id, key } = await newKey(SCOPES)
      const { status } = await new ApiClient(punctual.url, key).call(method, path.replace(/\{\w+\}/, 'NOBODYS'))
      expect(status, resource).not.toBe(401)
      const { items } = await account.api.must('GET', '/api/keys?limit=100')
      const known = items.find((item: { id: string }) => item.id === id)
      expect(known.lastUsedAt, resource).not.toBeNull()
      await account.api.must('DELETE', `/api/keys/${id}`)
    }
  })

  it('can manage neither accounts nor keys', async () => {
    const closed = (await apiRoutes(punctual.url)).filter(({ access, scope }) => access === 'user' && !scope)
    expect(closed.map(({ path }) => path).filter((path) => !/^\/api\/(auth|keys|admin|users)\b/.test(path))).toEqual([])
    expect(closed.map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining(['POST /api/keys', 'DELETE /api/keys/{keyId}', 'PUT /api/auth/change-password']),
    )
  })

  it('are shown once, and listed with their last use', async () => {
    const { id, key, prefix } = await newKey(['read'])
    const listed = async () => {
      const { text, body } = await account.api.get('/api/keys?limit=100')
      expect(text).not.toContain(key.slice(prefix.length))
      return body.items.find((item: { id: string }) => item.id === id)
    }
    expect(await listed()).toMatchObject({ prefix: key.slice(0, prefix.length), lastUsedAt: null })
    await new ApiClient(punctual.url, key).must('GET', '/api/jobs')
    expect((await listed()).lastUsedAt).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
    await account.api.delete(`/api/keys/${id}`)
    expect(await listed()).toBeUndefined()
  })

  it('open nothing once they are revoked: at once if never used, else within a minute', async () => {
    const [unused, used] = [await newKey(['read']), await newKey(['read'])]
    const usedApi = new ApiClient(punctual.url, used.key)
    await usedApi.must('GET', '/api/jobs')
    for (const { id } of [unused, used]) expect((await account.api.delete(`/api/keys/${id}`)).status).toBe(204)
    expectProblem(await new ApiClient(punctual.url, unused.key).get('/api/jobs'), 401, 'unauthenticated')
    const refused = await until(
      'the end of the key',
      async () => {
        const answer = await usedApi.get('/api/jobs')
        return answer.status === 200 ? undefined : answer
      },
      60_000,
    )
    expectProblem(refused, 401, 'unauthenticated')
  })

  it('open nothing once they have expired', async () => {
    const { key } = await newKey(['read'], { expiresAt: new Date(Date.now() + 2_000).toISOString() })
    const api = new ApiClient(punctual.url, key)
    expect((await api.get('/api/jobs')).status).toBe(200)
    const refused = await until('the expiry', async () => {
      const answer = await api.get('/api/jobs')
      return answer.status === 200 ? undefined : answer
    })
    expectProblem(refused, 401, 'unauthenticated')
  })
})
