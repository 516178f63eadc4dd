import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Account } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { openPunctual, type Punctual } from '../support/punctual-service.ts'
import { expectProblem } from './expect-problem.ts'

const SECRET = 'c2VjcmV0LW9mLXRoZS1jdXN0b21lcg=='

describe('templates', () => {
  let punctual: Punctual
  let target: EchoTarget
  let account: Account

  beforeAll(async () => {
    ;[punctual, target] = await Promise.all([openPunctual(), EchoTarget.start()])
  })
  afterAll(() => Promise.all([punctual?.close(), target?.close()]))
  beforeEach(async () => {
    account = await punctual.newAccount()
  })

  const form = () => ({
    customer: 'Acme Motors',
    key: 'ACME',
    morningUrl: target.url('/morning'),
    eveningUrl: target.url('/evening'),
    timezone: 'America/Chicago',
    cronSecret: SECRET,
  })
  const apply = (variables: object, query = '', id = 'customer-onboarding') =>
    account.api.post(`/api/templates/${id}/apply${query}`, { variables })
  const names = async (what: 'jobs' | 'secrets') =>
    (await account.api.must('GET', `/api/${what}`)).items.map(({ name }: { name: string }) => name).toSorted()

  it('onboard a customer with one form: two jobs, a secret, tags', async () => {
    const { status, body } = await apply(form())
    expect(status).toBe(200)
    expect(body.summary).toMatchObject({ create: 2, done: 2, failed: 0, left: 0 })
    expect(body.secrets).toMatchObject([{ name: 'ACME_CRON_SECRET', action: 'create', result: 'DONE' }])
    const { items } = await account.api.must('GET', '/api/jobs?tag=ACME')
    expect(items).toMatchObject([
      { name: 'Acme Motors: evening', cronExpression: '15 17 * * *', timezone: 'America/Chicago' },
      { name: 'Acme Motors: morning', cronExpression: '30 8 * * *', timezone: 'America/Chicago' },
    ])
    const run = await account.api.runToEnd(items[1].id)
    expect(run.status).toBe('SUCCEEDED')
    expect(target.requests('/morning')[0]?.headers['x-cron-secret']).toBe(SECRET)
  })

  it('change nothing with a dry run, and nothing when applied twice', async () => {
    const planned = await apply(form(), '?dryRun=true')
    expect(planned.body).toMatchObject({ dryRun: true, summary: { create: 2, done: 0 } })
    expect(await names('jobs')).toEqual([])
    expect(await names('secrets')).toEqual([])
    await apply(form())
    const again = await apply(form())
    expect(again.body).toMatchObject({ summary: { unchanged: 2, create: 0 }, secrets: [{ action: 'keep' }] })
    expect(await names('jobs')).toEqual(['Acme Motors: evening', 'Acme Motors: morning'])
  })

  it('change the jobs when the form changes', async () => {
    await apply(form())
    const { body } = await apply({ ...form(), evening: '18:00' })
    expect(body.summary).toMatchObject({ change: 1, unchanged: 1, done: 1 })
    expect(body.items[1].changes).toEqual(['/cronExpression'])
  })

  it.each([
    ['a missing value', { customer: undefined }, '/variables/customer', /required/],
    ['an unknown variable', { colour: 'red' }, '/variables/colour', /not a known/],
    ['a wrong type', { morning: '8 am' }, '/variables/morning', /00:00 to 23:59/],
    [
      'a URL that may not be called',
      { morningUrl: 'http://10.0.0.1/' },
      '/variables/morningUrl',
      /targetUrl.*10\.0\.0\.1/,
    ],
    ['a name that gets too long', { customer: 'x'.repeat(200) }, '/variables/customer', /name.*128 characters/],
    ['a secret with a line feed', { cronSecret: 'a\nb' }, '/variables/cronSecret', /line feed/],
  ])('make nothing at all of a form with %s, and name the variable', async (_what, wrong, pointer, detail) => {
    const answer = await apply({ ...form(), ...wrong })
    expectProblem(answer, 400, 'validation')
    const found = answer.body.errors.find((error: { pointer: string }) => error.pointer === pointer)
    expect(found?.detail, answer.text).toMatch(detail)
    expect(answer.text).not.toContain(SECRET)
    expect(await names('jobs')).toEqual([])
    expect(await names('secrets')).toEqual([])
  })

  it('use a secret that is there, replace none, and ask for one that is not', async () => {
    const url = target.url('/vercel')
    const needed = await apply({ url }, '', 'vercel-cron')
    expectProblem(needed, 400, 'validation')
    expect(needed.body.errors).toEqual([
      { pointer: '/variables/cronSecret', detail: 'is needed: there is no secret CRON_SECRET yet' },
    ])
    await account.api.must('PUT', '/api/secrets/CRON_SECRET', { value: SECRET })
    const another = await apply({ url, cronSecret: 'another' }, '', 'vercel-cron')
    expect(another.body.errors[0]).toMatchObject({
      pointer: '/variables/cronSecret',
      detail: expect.stringMatching(/there already/),
    })
    const { body } = await apply({ url }, '', 'vercel-cron')
    await account.api.runToEnd(body.items[0].jobId)
    expect(target.requests('/vercel')[0]?.headers.authorization).toBe(`Bearer ${SECRET}`)
  })

  const own = {
    id: 'nightly',
    name: 'Nightly',
    variables: [
      { type: 'url', name: 'url' },
      { type: 'integer', name: 'timeout', minimum: 1000, maximum: 60_000, default: 5000 },
    ],
    jobs: [
      {
        name: 'Nightly {{variables.url.host}}',
        cronExpression: '0 3 * * *',
        targetUrl: '{{variables.url}}/nightly',
        timeout: '{{variables.timeout}}',
      },
    ],
  }

  it('can be made, read, listed, replaced, applied and deleted', async () => {
    const created = await account.api.post('/api/templates', own)
    expect(created.status).toBe(201)
    expect(created.headers.get('location')).toBe('/api/templates/nightly')
    expect(created.body).toMatchObject({ ...own, builtIn: false, secrets: [], description: '' })
    expect((await account.api.get('/api/templates/nightly')).body).toEqual(created.body)
    expect((await account.api.post('/api/templates', own)).status).toBe(201)
    expectProblem(await account.api.post('/api/templates', { ...own, name: 'Another' }), 409, 'conflict')

    const { id: _, ...fields } = own
    const replaced = await account.api.put('/api/templates/nightly', { ...fields, description: 'Every night' })
    expect(replaced).toMatchObject({ status: 200, body: { id: 'nightly', description: 'Every night' } })
    expectProblem(await account.api.put('/api/templates/other', fields), 404, 'not-found')

    const { body } = await apply({ url: 'https://example.com/' }, '', 'nightly')
    expect(body.items[0].definition).toMatchObject({
      name: 'Nightly example.com',
      targetUrl: 'https://example.com/nightly',
      timeout: 5000,
    })
    expect((await account.api.delete('/api/templates/nightly')).status).toBe(204)
    expectProblem(await account.api.get('/api/templates/nightly'), 404, 'not-found')
    expect(await names('jobs')).toEqual(['Nightly example.com'])
  })

  it('come in pages, built-in and own together, in order of id', async () => {
    await account.api.must('POST', '/api/templates', own)
    await account.api.must('POST', '/api/templates', { ...own, id: 'aaa' })
    const ids: string[] = []
    let query = '?limit=2'
    for (;;) {
      const page = await account.api.must('GET', `/api/templates${query}`)
      expect(page.items.length).toBeLessThanOrEqual(2)
      ids.push(...page.items.map(({ id }: { id: string }) => id))
      if (page.nextCursor === null) break
      query = `?limit=2&cursor=${page.nextCursor}`
    }
    expect(ids).toEqual(['aaa', 'customer-onboarding', 'health-check', 'nightly', 'signed-webhook', 'vercel-cron'])
  })

  it('stay as they are where they are built in', async () => {
    const { id: _, ...fields } = own
    expectProblem(await account.api.put('/api/templates/vercel-cron', fields), 409, 'conflict')
    expectProblem(await account.api.delete('/api/templates/vercel-cron'), 409, 'conflict')
    expectProblem(await account.api.post('/api/templates', { ...own, id: 'vercel-cron' }), 409, 'conflict')
  })

  it('are refused when saved with what can never be right, with a pointer', async () => {
    const jobs = [{ ...own.jobs[0], timeout: 5, name: '{{variables.nobody}}' }]
    const answer = await account.api.post('/api/templates', { ...own, jobs })
    expectProblem(answer, 400, 'validation')
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).toSorted()).toEqual([
      '/jobs/0/name',
      '/jobs/0/timeout',
    ])
    expectProblem(await account.api.post('/api/templates', { ...own, description: 'x'.repeat(40_000) }), 413, 'payload')
  })

  it("are another tenant's unknown", async () => {
    await account.api.must('POST', '/api/templates', own)
    const other = await punctual.newAccount()
    const { id: _, ...fields } = own
    const unknown = (id: string) =>
      Promise.all([
        other.api.get(`/api/templates/${id}`),
        other.api.put(`/api/templates/${id}`, fields),
        other.api.delete(`/api/templates/${id}`),
        other.api.post(`/api/templates/${id}/apply`, { variables: { url: 'https://example.com' } }),
      ])
    const [theirs, nobodys] = [await unknown('nightly'), await unknown('nothing')]
    expect(theirs.map(({ status, body }) => [status, body.detail])).toEqual(
      nobodys.map(({ status, body }) => [status, body.detail]),
    )
    expect(theirs.every(({ status }) => status === 404)).toBe(true)
  })
})
