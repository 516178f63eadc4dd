import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account, Answer } from '../support/api-client.ts'
import { openPunctual, type Punctual } from '../support/punctual-service.ts'
import { type ApiRoute, apiRoutes } from './api-routes.ts'

/** What a request with this body may do if it gets through. */
const bodies: Readonly<Record<string, unknown>> = {
  'PUT /api/jobs/{jobId}': { name: 'Taken over', cronExpression: '0 0 29 2 *', targetUrl: 'https://api.example.com/' },
  'PATCH /api/jobs/{jobId}': { name: 'Taken over' },
  'PUT /api/secrets/{name}': { value: 'Taken over' },
  'POST /api/secrets/{name}/generate': {},
}

describe('tenants', () => {
  let punctual: Punctual
  let ada: Account
  let bob: Account
  let guarded: readonly ApiRoute[]
  let ofAda: {
    readonly jobId: string
    readonly runId: string
    readonly name: string
    readonly keyId: string
    readonly bulkId: string
  }

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
    const { id: keyId } = await ada.api.must('POST', '/api/keys', { name: 'Of Ada', scopes: ['read'] })
    const { bulkId } = await ada.api.must('POST', '/api/jobs/bulk', { action: 'resume', jobIds: [jobId] })
    ofAda = { jobId, runId, name, keyId, bulkId }
    // What is for admins only is refused before any id is looked at.
    guarded = (await apiRoutes(punctual.url)).filter(({ path, resource }) => path.includes('{') && resource !== 'admin')
  })
  afterAll(() => punctual?.close())

  const nobodysJob = '01JXAMPLE0000000000000000J'
  /** Ids of the same form that nobody has. */
  const unknown = () => ({
    jobId: nobodysJob,
    runId: ofAda.runId.replace(ofAda.jobId, nobodysJob),
    name: 'NOBODYS',
    keyId: '01JXAMPLE0000000000000000K',
    bulkId: '01JXAMPLE0000000000000000B',
  })

  const call = (
    account: Account,
    { method, path }: Pick<ApiRoute, 'method' | 'path'>,
    ids: Readonly<Record<string, string>>,
    query = '',
  ) =>
    account.api.call(
      method,
      `${path.replace(/\{(\w+)\}/g, (_, key: string) => ids[key] ?? '')}${query}`,
      bodies[`${method} ${path}`],
    )

  /** Everything of an answer but what differs from request to request, and the name that was asked for. */
  const essence = ({ status, headers, text, body }: Answer, ids: Readonly<Record<string, string>>) => {
    const names = [...headers.keys()].toSorted()
    const shown = text.replaceAll(body?.requestId ?? ' ', '').replaceAll(ids.name ?? ' ', 'NAME')
    return { status, names, shown }
  }

  it('answers each route with an id of another tenant exactly as with an unknown id', async () => {
    const compared = [
      ...guarded.filter(({ path, method }) => !path.includes('{name}') || method === 'DELETE'),
      { method: 'GET', path: '/api/runs?jobId={jobId}' },
    ]
    expect(compared.length).toBeGreaterThanOrEqual(12)
    for (const route of compared) {
      const foreign = essence(await call(bob, route, ofAda), ofAda)
      const nobodys = essence(await call(bob, route, unknown()), unknown())
      expect(foreign.status, `${route.method} ${route.path}`).toBe(404)
      expect(foreign).toEqual(nobodys)
    }
  })

  it('leaves what belongs to the other tenant as it is', async () => {
    const before = await ada.api.must('GET', `/api/jobs/${ofAda.jobId}`)
    for (const route of guarded) await call(bob, route, ofAda, route.method === 'DELETE' ? '?force=true' : '')
    expect(await ada.api.must('GET', `/api/jobs/${ofAda.jobId}`)).toEqual(before)
    expect((await ada.api.get(`/api/runs/${ofAda.runId}`)).status).toBe(200)
    const { items } = await ada.api.must('GET', '/api/secrets')
    expect(items).toMatchObject([{ name: ofAda.name, version: 1, usedBy: [{ jobId: ofAda.jobId }] }])
    expect((await ada.api.must('GET', '/api/keys')).items).toMatchObject([{ id: ofAda.keyId }])
  })

  it('lists only what is the own: jobs, runs, secrets and keys', async () => {
    const carol = await punctual.newAccount()
    for (const path of ['/api/jobs', '/api/runs', '/api/secrets', '/api/keys'])
      expect((await carol.api.get(path)).body, path).toEqual({ items: [], nextCursor: null })
  })

  it('keeps secrets of the same name apart', async () => {
    const answer = await bob.api.put(`/api/secrets/OWN`, { value: 'of Bob' })
    expect(answer).toMatchObject({ status: 201, body: { version: 1, usedBy: [] } })
    const job = await bob.api.createJob({ headers: { 'X-A': '{{secrets.OWN}}' } })
    expect((await ada.api.put(`/api/secrets/OWN`, { value: 'of Ada' })).body).toMatchObject({ version: 1, usedBy: [] })
    const { items } = await bob.api.must('GET', '/api/secrets')
    expect(items.find(({ name }: { name: string }) => name === 'OWN')).toMatchObject({
      version: 1,
      usedBy: [{ jobId: job.id }],
    })
  })

  it("refuses a job that refers to another tenant's secret, in the words for one that nobody has", async () => {
    const referring = (name: string) => ({
      name: 'x',
      cronExpression: '@daily',
      targetUrl: 'https://api.example.com/',
      body: `{{secrets.${name}}}`,
      httpMethod: 'POST',
    })
    await ada.api.must('PUT', '/api/secrets/PRIVATE', { value: 'of Ada' })
    const [foreign, nobodys] = [
      await bob.api.post('/api/jobs', referring('PRIVATE')),
      await bob.api.post('/api/jobs', referring('NOBODYS')),
    ]
    expect(foreign.status).toBe(400)
    expect(essence(foreign, { name: 'PRIVATE' })).toEqual(essence(nobodys, { name: 'NOBODYS' }))
  })
})
