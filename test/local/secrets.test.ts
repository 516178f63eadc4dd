import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../support/api-client.ts'
import { openPunctual, type Punctual } from '../support/punctual-service.ts'
import { expectProblem } from './expect-problem.ts'

const value = 'd2hhdCBub2JvZHkgbWF5IHNlZQ=='

describe('secrets', () => {
  let punctual: Punctual
  let account: Account

  beforeAll(async () => {
    punctual = await openPunctual()
    account = await punctual.newAccount()
  })
  afterAll(() => punctual?.close())

  const list = async () => (await account.api.must('GET', '/api/secrets?limit=100')).items
  const listed = async (wanted: string) => (await list()).find(({ name }: { name: string }) => name === wanted)
  const remove = (name: string, query = '') => account.api.delete(`/api/secrets/${name}${query}`)

  it('saves a value, then a new version of it, and never shows it', async () => {
    const created = await account.api.put('/api/secrets/API_KEY', { value, description: 'Key of the API' })
    expect(created).toMatchObject({
      status: 201,
      body: { name: 'API_KEY', description: 'Key of the API', version: 1, usedBy: [] },
    })
    const updated = await account.api.put('/api/secrets/API_KEY', { value: `${value}2` })
    expect(updated).toMatchObject({ status: 200, body: { version: 2, description: 'Key of the API' } })
    expect(updated.body.createdAt).toBe(created.body.createdAt)
    expect(await listed('API_KEY')).toEqual(updated.body)
    for (const answer of [created, updated, await account.api.get('/api/secrets')]) {
      expect(answer.text).not.toContain(value.slice(0, -2))
      expect(answer.text).not.toContain('"value"')
    }
  })

  it('has no way to read a value', async () => {
    await account.api.must('PUT', '/api/secrets/UNREADABLE', { value })
    expect((await account.api.get('/api/secrets/UNREADABLE')).status).toBe(404)
  })

  it('lists in order of name, page by page', async () => {
    for (const name of ['C', 'A', 'B']) await account.api.must('PUT', `/api/secrets/PAGE_${name}`, { value })
    const names: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await account.api.must(
        'GET',
        `/api/secrets?limit=1${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      )
      expect(page.items.length).toBeLessThanOrEqual(1)
      names.push(...page.items.map(({ name }: { name: string }) => name))
      cursor = page.nextCursor
    }
    expect(names).toEqual(names.toSorted())
    expect(names.filter((name) => name.startsWith('PAGE_'))).toEqual(['PAGE_A', 'PAGE_B', 'PAGE_C'])
  })

  it.each([
    [{}, 32, /^[A-Za-z0-9+/]+=*$/],
    [{ bytes: 16 }, 16, /^[A-Za-z0-9+/]+=*$/],
    [{ bytes: 48, format: 'whsec' }, 48, /^whsec_[A-Za-z0-9+/]+=*$/],
  ] as const)('generates a random value for %j and shows it this once', async (wanted, bytes, form) => {
    const [one, two] = [
      await account.api.post('/api/secrets/GENERATED/generate', wanted),
      await account.api.post('/api/secrets/GENERATED/generate', wanted),
    ]
    expect(one).toMatchObject({ status: 201, body: { name: 'GENERATED', value: expect.stringMatching(form) } })
    expect(Buffer.from(one.body.value.replace('whsec_', ''), 'base64')).toHaveLength(bytes)
    expect(two.body.value).not.toBe(one.body.value)
    expect(two.body.version).toBe(one.body.version + 1)
    expect(JSON.stringify(await list())).not.toContain(two.body.value)
  })

  it('says which jobs use a secret, and refuses to delete it until none does', async () => {
    await account.api.must('PUT', '/api/secrets/IN_USE', { value })
    const job = await account.api.createJob({
      name: 'The user',
      targetUrl: 'https://api.example.com/{{secrets.IN_USE}}',
    })
    expect((await listed('IN_USE')).usedBy).toEqual([{ jobId: job.id, jobName: 'The user' }])
    const refused = await remove('IN_USE')
    expectProblem(refused, 409, 'secret-in-use')
    expect(refused.body.detail).toContain('The user')
    expect(refused.body.detail).toContain('force=true')
    expect(await listed('IN_USE')).toBeDefined()
    await account.api.must('DELETE', `/api/jobs/${job.id}`)
    expect(await remove('IN_USE')).toMatchObject({ status: 204, text: '' })
    expect(await listed('IN_USE')).toBeUndefined()
    expectProblem(await remove('IN_USE'), 404, 'not-found')
  })

  it('deletes a secret in use when forced to; the job then fails and says why', async () => {
    await account.api.must('PUT', '/api/secrets/FORCED', { value })
    const job = await account.api.createJob({ headers: { 'X-A': '{{secrets.FORCED}}' } })
    expect((await remove('FORCED', '?force=true')).status).toBe(204)
    const run = await account.api.runToEnd(job.id)
    expect(run).toMatchObject({
      status: 'FAILED',
      httpStatus: null,
      request: null,
      reason: { code: 'SECRET_NOT_FOUND' },
    })
    expect(`${run.reason.message} ${run.reason.hint}`).toContain('FORCED')
  })

  it('begins anew with version 1 when a deleted name is used again', async () => {
    await account.api.must('PUT', '/api/secrets/AGAIN', { value })
    await account.api.must('DELETE', '/api/secrets/AGAIN')
    expect(await account.api.put('/api/secrets/AGAIN', { value })).toMatchObject({ status: 201, body: { version: 1 } })
  })
})
