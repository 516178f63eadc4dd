import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../support/api-client.ts'
import { openPunctual, type Punctual } from '../support/punctual-service.ts'
import { defaults, full, least } from './job-fields.ts'

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe('jobs', () => {
  let punctual: Punctual
  let account: Account

  beforeAll(async () => {
    punctual = await openPunctual()
    account = await punctual.newAccount()
  })
  afterAll(() => punctual?.close())

  const pathOf = ({ id }: { id: string }) => `/api/jobs/${id}`

  it('creates a job with the documented default of every field, and says where it is and its version', async () => {
    const { status, headers, body } = await account.api.post('/api/jobs', least)
    expect(status).toBe(201)
    expect(headers.get('location')).toBe(`/api/jobs/${body.id}`)
    expect(headers.get('etag')).toBe('"1"')
    expect(body).toEqual({
      ...least,
      ...defaults,
      id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
      status: 'ACTIVE',
      syncState: 'SYNCED',
      disabledReason: null,
      pausedReason: null,
      nextRunAt: expect.stringMatching(/^\d{4}-02-29T00:00:00\.000Z$/),
      lastRun: null,
      consecutiveFailures: 0,
      createdAt: expect.stringMatching(INSTANT),
      updatedAt: expect.stringMatching(INSTANT),
      version: 1,
      warnings: [],
    })
    const read = await account.api.get(headers.get('location') ?? '')
    expect(read).toMatchObject({ status: 200, body })
    expect(read.headers.get('etag')).toBe('"1"')
  })

  it('stores every field and reads it back', async () => {
    const job = await account.api.createJob(full)
    expect(job).toMatchObject({ ...full, status: 'PAUSED', nextRunAt: null })
    expect(await account.api.must('GET', pathOf(job))).toEqual(job)
  })

  it('replaces a job: what is left out takes its default again, and the version goes up', async () => {
    const job = await account.api.createJob(full)
    const replaced = await account.api.put(pathOf(job), least)
    expect(replaced.status).toBe(200)
    expect(replaced.headers.get('etag')).toBe('"2"')
    expect(replaced.body).toMatchObject({ ...least, ...defaults, id: job.id, version: 2, status: 'ACTIVE' })
    expect(replaced.body.createdAt).toBe(job.createdAt)
    expect((await account.api.get(pathOf(job))).body).toEqual(replaced.body)
  })

  it('merges a patch: fields change one by one, also within objects, and null is the default', async () => {
    const job = await account.api.createJob(full)
    const patch = {
      name: 'Patched',
      notify: { afterFailures: 7 },
      timeout: null,
      headers: { 'X-Mode': null, 'X-New': '1' },
    }
    for (const type of ['application/merge-patch+json', 'application/json']) {
      const patched = await account.api.patch(pathOf(job), patch, { headers: { 'content-type': type } })
      expect(patched.status).toBe(200)
      expect(patched.body).toMatchObject({
        ...full,
        name: 'Patched',
        notify: { ...full.notify, afterFailures: 7 },
        timeout: 30_000,
        headers: { 'Content-Type': 'application/json', 'X-New': '1' },
      })
      expect(patched.body.headers).not.toHaveProperty('X-Mode')
    }
  })

  it('follows a new schedule at once', async () => {
    const job = await account.api.createJob()
    const { body } = await account.api.patch(pathOf(job), {
      cronExpression: '15 17 1 1 *',
      timezone: 'America/Chicago',
    })
    expect(body).toMatchObject({ syncState: 'SYNCED', nextRunAt: expect.stringMatching(/-01-01T23:15:00\.000Z$/) })
    const { next } = await account.api.must('GET', `${pathOf(job)}/next?count=3`)
    expect(next).toHaveLength(3)
    expect(next[0]).toBe(body.nextRunAt)
    expect(next).toEqual(next.toSorted())
  })

  it.each(['put', 'patch', 'delete'] as const)('refuses a %s of a version that is no longer current', async (verb) => {
    const job = await account.api.createJob()
    await account.api.must('PATCH', pathOf(job), { name: 'Changed meanwhile' })
    const send = (ifMatch: string) => {
      const options = { headers: { 'if-match': ifMatch } }
      if (verb === 'delete') return account.api.delete(pathOf(job), options)
      return account.api[verb](pathOf(job), { ...least, name: 'Overwritten' }, options)
    }
    const stale = await send('"1"')
    expect(stale).toMatchObject({ status: 412, body: { type: expect.stringContaining('stale-version'), status: 412 } })
    expect((await account.api.get(pathOf(job))).body.name).toBe('Changed meanwhile')
    expect((await send('"2"')).status).toBe(verb === 'delete' ? 204 : 200)
  })

  it('deletes a job: 204 with no body, then nothing of it can be found', async () => {
    const job = await account.api.createJob()
    const deleted = await account.api.delete(pathOf(job))
    expect(deleted).toMatchObject({ status: 204, text: '' })
    const unknown = 'There is no such job.'
    for (const answer of await Promise.all([
      account.api.get(pathOf(job)),
      account.api.delete(pathOf(job)),
      account.api.put(pathOf(job), least),
      account.api.patch(pathOf(job), { name: 'Back' }),
      account.api.post(`${pathOf(job)}/run`),
      account.api.post(`${pathOf(job)}/resume`),
      account.api.get(`${pathOf(job)}/next`),
      account.api.get(`${pathOf(job)}/runs`),
    ]))
      expect(answer).toMatchObject({ status: 404, body: { status: 404, detail: unknown } })
    const { items } = await account.api.must('GET', '/api/jobs?limit=100')
    expect(items.map(({ id }: { id: string }) => id)).not.toContain(job.id)
  })

  it('pauses and resumes: a paused job has no next instants, and doing it twice changes nothing', async () => {
    const job = await account.api.createJob()
    const paused = await account.api.post(`${pathOf(job)}/pause`)
    expect(paused).toMatchObject({
      status: 200,
      body: { status: 'PAUSED', enabled: false, nextRunAt: null, version: 2 },
    })
    expect((await account.api.post(`${pathOf(job)}/pause`)).body).toEqual(paused.body)
    expect((await account.api.get(`${pathOf(job)}/next`)).body.next).toEqual([])
    const resumed = await account.api.post(`${pathOf(job)}/resume`)
    expect(resumed).toMatchObject({ status: 200, body: { status: 'ACTIVE', enabled: true, nextRunAt: job.nextRunAt } })
    expect((await account.api.post(`${pathOf(job)}/resume`)).body).toEqual(resumed.body)
    expect((await account.api.get(`${pathOf(job)}/next`)).body.next).toHaveLength(10)
  })

  it('counts jobs in the usage of their account', async () => {
    const other = await punctual.newAccount()
    const usage = async () => (await other.api.get('/api/auth/me')).body.usage
    const { jobs, jobLimit } = await usage()
    const job = await other.api.createJob()
    expect(await usage()).toMatchObject({ jobs: jobs + 1, jobLimit })
    await other.api.must('DELETE', pathOf(job))
    expect(await usage()).toMatchObject({ jobs, jobLimit })
  })
})
