import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, type Answer, ApiClient } from '../support/api-client.ts'
import { openPunctual, type Punctual } from '../support/punctual-service.ts'
import { type ApiRoute, apiRoutes } from './api-routes.ts'

type Ids = Readonly<Record<string, string>>

/** Parameters of a query that name nothing of anybody's. */
const PLAIN_QUERY = new Set([
  'limit',
  'status',
  'tag',
  'q',
  'count',
  'from',
  'to',
  'dryRun',
  'force',
  'days',
  'timezone',
  'action',
])

/** Fields of a body that name something by its id. */
const ID_FIELD = /(^id|Ids?)$/
/** Ids of jobs of the caller. */
const BODY_IDS = new Set(['jobIds'])
/** Ids that mean something elsewhere only. */
const IDS_OF_OTHERS: Readonly<Record<string, readonly string[]>> = {
  // cron-job.org's own.
  'POST /api/import': ['folderId', 'jobId'],
  // Chosen by whoever makes it.
  'POST /api/templates': ['id'],
}

/** What a request with this body would do if it got through; routes that are not named here are sent without one. */
const bodies: Readonly<Record<string, (ids: Ids) => unknown>> = {
  'PUT /api/jobs/{jobId}': () => ({ ...job(), name: 'Taken over' }),
  'PATCH /api/jobs/{jobId}': () => ({ name: 'Taken over' }),
  'PUT /api/secrets/{name}': () => ({ value: 'Taken over' }),
  'POST /api/secrets/{name}/generate': () => ({}),
  'PUT /api/templates/{templateId}': () => template,
  'POST /api/templates/{templateId}/apply': () => ({ variables: {} }),
  'POST /api/jobs/bulk': ({ jobId }) => ({ action: 'pause', jobIds: [jobId] }),
}

const nobodysJob = '01JXAMPLE0000000000000000J'
const job = (fields: object = {}) => ({
  name: 'quiet',
  cronExpression: '0 0 29 2 *',
  targetUrl: 'https://api.example.com/',
  ...fields,
})

/** Nothing to fill in. */
const template = {
  name: 'A report',
  description: '',
  variables: [],
  secrets: [],
  jobs: [{ ...job(), name: 'Taken over' }],
}

describe('tenants', () => {
  let punctual: Punctual
  let ada: Account
  let bob: Account
  let guarded: readonly ApiRoute[]
  let ofAda: Ids
  /** Ids of the same form that nobody has. */
  let nobodys: Ids
  /** Callers who may see nothing of Ada's, and what each is told where there is something to see. */
  let strangers: readonly {
    readonly who: string
    readonly api: ApiClient
    readonly status: (route: ApiRoute) => number
  }[]

  beforeAll(async () => {
    punctual = await openPunctual()
    ;[ada, bob] = [await punctual.newAccount(), await punctual.newAccount()]
    const name = 'ADAS_SECRET'
    await ada.api.must('PUT', `/api/secrets/${name}`, { value: 'of Ada' })
    const { id: jobId } = await ada.api.createJob({
      // A name that never resolves (RFC 6761): a failed run is a run.
      targetUrl: 'https://target.invalid/',
      headers: { 'X-A': `{{secrets.${name}}}` },
    })
    const { id: runId } = await ada.api.runToEnd(jobId)
    const { id: keyId } = await newKey(ada, 'read')
    const { bulkId } = await ada.api.must('POST', '/api/jobs/bulk', { action: 'resume', jobIds: [jobId] })
    const templateId = 'adas-template'
    await ada.api.must('POST', '/api/templates', { id: templateId, ...template })
    ofAda = { jobId, runId, name, keyId, bulkId, templateId }
    nobodys = {
      jobId: nobodysJob,
      runId: runId.replace(jobId, nobodysJob),
      name: 'NOBODYS',
      keyId: '01JXAMPLE0000000000000000K',
      bulkId: '01JXAMPLE0000000000000000B',
      templateId: 'nobodys-template',
    }
    // What is for admins only is refused before any id is looked at.
    guarded = (await apiRoutes(punctual.url)).filter(
      ({ access, path }) => access === 'user' && !path.startsWith('/api/admin/'),
    )
    strangers = await everyStranger()
  })
  afterAll(() => punctual?.close())

  const newKey = (account: Account, ...scopes: string[]) =>
    account.api.must('POST', '/api/keys', { name: scopes.join(' '), scopes })

  async function everyStranger() {
    const withToken = (token?: string) => new ApiClient(punctual.url, token)
    const revoked = await newKey(ada, 'read', 'write', 'run')
    await ada.api.must('DELETE', `/api/keys/${revoked.id}`)
    const [bobs, adasRunner] = [await newKey(bob, 'read', 'write', 'run'), await newKey(ada, 'run')]
    return [
      { who: 'another tenant', api: bob.api, status: () => 404 },
      { who: "another tenant's key", api: withToken(bobs.key), status: ({ scope }: ApiRoute) => (scope ? 404 : 403) },
      { who: 'nobody', api: withToken(), status: () => 401 },
      { who: 'a revoked key', api: withToken(revoked.key), status: () => 401 },
      {
        who: 'a key of another scope',
        api: withToken(adasRunner.key),
        status: ({ scope }: ApiRoute) => (scope === 'run' ? 0 : 403),
      },
    ]
  }

  /** Every way to name something in a route: one request for each. */
  const placesOf = (route: ApiRoute) => [
    ...(route.takes.path.length > 0 ? [{ place: 'path', query: (_ids: Ids) => '' }] : []),
    ...route.takes.query
      .filter((name) => name in ofAda)
      .map((name) => ({ place: name, query: (ids: Ids) => `?${name}=${ids[name]}` })),
    ...(route.takes.body.some((name) => BODY_IDS.has(name)) ? [{ place: 'body', query: (_ids: Ids) => '' }] : []),
  ]

  const call = (api: ApiClient, { method, path }: ApiRoute, ids: Ids, query = '') =>
    api.call(
      method,
      `${path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '')}${query}`,
      bodies[`${method} ${path}`]?.(ids),
    )

  /** Everything of an answer but what differs from request to request, and what was asked for. */
  function essence({ status, headers, text, body }: Answer, ids: Ids) {
    const names = [...headers.keys()].toSorted()
    const withoutIds = [body?.requestId, body?.value, body?.bulkId, ...Object.values(ids)]
      .filter((value) => typeof value === 'string')
      .reduce((shown, value) => shown.replaceAll(value, '*'), text)
    return { status, names, shown: withoutIds.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '*') }
  }

  it('are named only by parameters that this test knows how to fill', () => {
    for (const { method, path, takes } of guarded) {
      const shown = `${method} ${path}`
      expect(
        takes.path.filter((name) => !(name in ofAda)),
        shown,
      ).toEqual([])
      expect(
        takes.query.filter((name) => !(name in ofAda) && name !== 'cursor' && !PLAIN_QUERY.has(name)),
        shown,
      ).toEqual([])
      const named = takes.body.filter((name) => ID_FIELD.test(name) && !IDS_OF_OTHERS[shown]?.includes(name))
      expect(
        named.filter((name) => !BODY_IDS.has(name)),
        shown,
      ).toEqual([])
      if (named.length > 0) expect(Object.keys(bodies)).toContain(shown)
    }
    // Were there no such routes, this would say so.
    expect(guarded.flatMap(placesOf).length).toBeGreaterThanOrEqual(16)
  })

  it("are told the same of each other's ids as of ids that nobody has, on every route", async () => {
    for (const { who, api, status } of strangers) {
      for (const route of guarded) {
        for (const { place, query } of placesOf(route)) {
          const expected = status(route)
          // A key of Ada's with the scope is no stranger.
          if (expected === 0) continue
          const foreign = essence(await call(api, route, ofAda, query(ofAda)), ofAda)
          const unknown = essence(await call(api, route, nobodys, query(nobodys)), nobodys)
          const shown = `${who}: ${route.method} ${route.path} by ${place}`
          expect(foreign, shown).toEqual(unknown)
          // Names of secrets are everybody's own, a body's ids are answered one by one, and the audit outlives its jobs.
          const isNamed = route.path.includes('{name}') || route.path === '/api/audit' || place === 'body'
          const isTold = isNamed && expected === 404
          if (!isTold) expect(foreign.status, shown).toBe(expected)
        }
      }
    }
  })

  it('leave what belongs to another as it is, whatever they have tried', async () => {
    const before = await ada.api.must('GET', `/api/jobs/${ofAda.jobId}`)
    for (const { api, status } of strangers) {
      for (const route of guarded.filter(({ takes }) => takes.path.length > 0)) {
        if (status(route) === 0) continue
        await call(api, route, ofAda, route.takes.query.includes('force') ? '?force=true' : '')
      }
    }
    expect(await ada.api.must('GET', `/api/jobs/${ofAda.jobId}`)).toEqual(before)
    expect((await ada.api.get(`/api/runs/${ofAda.runId}`)).status).toBe(200)
    const { items } = await ada.api.must('GET', '/api/secrets')
    expect(items).toMatchObject([{ name: ofAda.name, version: 1, usedBy: [{ jobId: ofAda.jobId }] }])
    expect((await ada.api.must('GET', '/api/keys')).items).toContainEqual(expect.objectContaining({ id: ofAda.keyId }))
  })

  it('cannot go on with a list of another, on any route that has cursors', async () => {
    const carol = await punctual.newAccount()
    for (let n = 0; n < 2; n++) {
      const { id } = await carol.api.createJob({ targetUrl: 'https://target.invalid/' })
      await carol.api.runToEnd(id)
      await carol.api.must('PUT', `/api/secrets/CAROLS_${n}`, { value: 'x' })
      await newKey(carol, 'read')
    }
    const [{ id: jobId }] = (await carol.api.must('GET', '/api/jobs?limit=1')).items
    await carol.api.runToEnd(jobId)
    const { bulkId } = await carol.api.must('POST', '/api/jobs/bulk', { action: 'pause', filter: {} })
    const lists = guarded.filter(({ takes }) => takes.query.includes('cursor') && takes.query.includes('limit'))
    expect(lists.length).toBeGreaterThanOrEqual(5)
    for (const { path } of lists) {
      const own = path.replace('{jobId}', jobId).replace('{bulkId}', bulkId)
      const { nextCursor } = await carol.api.must('GET', `${own}?limit=1`)
      expect(nextCursor, path).toMatch(/^[\w-]{40,}$/)
      expect((await carol.api.get(`${own}?limit=1&cursor=${nextCursor}`)).status, path).toBe(200)
      const forged = `${nextCursor.slice(0, -1)}${nextCursor.endsWith('A') ? 'B' : 'A'}`
      const foreign = await bob.api.get(`${own}?limit=1&cursor=${nextCursor}`)
      expect(essence(foreign, {}), path).toEqual(essence(await bob.api.get(`${own}?limit=1&cursor=${forged}`), {}))
      expect(foreign.status, path).toBeGreaterThanOrEqual(400)
    }
  })

  it("get no answer to another's Idempotency-Key", async () => {
    const headers = { 'idempotency-key': 'the-same-for-both' }
    const body = job({ name: 'of Ada' })
    const first = await ada.api.post('/api/jobs', body, { headers })
    const foreign = await bob.api.post('/api/jobs', body, { headers })
    expect(foreign.status).toBe(201)
    expect(foreign.body.id).not.toBe(first.body.id)
    expect(foreign.headers.has('idempotent-replayed')).toBe(false)
    expect((await ada.api.post('/api/jobs', body, { headers })).body.id).toBe(first.body.id)
  })

  it('list only what is the own', async () => {
    const carol = await punctual.newAccount()
    const lists = guarded.filter(
      ({ method, takes }) => method === 'GET' && takes.query.includes('limit') && takes.path.length === 0,
    )
    for (const { path } of lists) {
      const { items, nextCursor } = await carol.api.must('GET', path)
      const own = items.filter(({ builtIn }: { builtIn?: boolean }) => builtIn !== true)
      expect([own, nextCursor], path).toEqual([[], null])
    }
  })

  it('keep secrets of the same name apart', async () => {
    const answer = await bob.api.put(`/api/secrets/OWN`, { value: 'of Bob' })
    expect(answer).toMatchObject({ status: 201, body: { version: 1, usedBy: [] } })
    const { id } = await bob.api.createJob({ headers: { 'X-A': '{{secrets.OWN}}' } })
    expect((await ada.api.put(`/api/secrets/OWN`, { value: 'of Ada' })).body).toMatchObject({ version: 1, usedBy: [] })
    const { items } = await bob.api.must('GET', '/api/secrets')
    expect(items.find(({ name }: { name: string }) => name === 'OWN')).toMatchObject({
      version: 1,
      usedBy: [{ jobId: id }],
    })
  })

  it("may not refer to another's secret, in the words for one that nobody has", async () => {
    const referring = (name: string) => job({ body: `{{secrets.${name}}}`, httpMethod: 'POST' })
    await ada.api.must('PUT', '/api/secrets/PRIVATE', { value: 'of Ada' })
    const [foreign, unknown] = [
      await bob.api.post('/api/jobs', referring('PRIVATE')),
      await bob.api.post('/api/jobs', referring('UNHEARD')),
    ]
    expect(foreign.status).toBe(400)
    expect(essence(foreign, { name: 'PRIVATE' })).toEqual(essence(unknown, { name: 'UNHEARD' }))
  })
})
