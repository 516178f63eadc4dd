import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Account } from '../support/api-client.ts'
import { openPunctual, type Punctual } from '../support/punctual-service.ts'
import { expectProblem } from './expect-problem.ts'
import { wrongJobs } from './wrong-jobs.ts'

const valid = { name: 'Valid', cronExpression: '0 0 29 2 *', targetUrl: 'https://api.example.com/health' }

describe('bad input', () => {
  let punctual: Punctual
  let account: Account

  beforeAll(async () => {
    punctual = await openPunctual()
    account = await punctual.newAccount()
  })
  afterAll(() => punctual?.close())

  const expectNothingStored = async () => {
    expect((await account.api.get('/api/jobs')).body).toEqual({ items: [], nextCursor: null })
    expect((await account.api.get('/api/secrets')).body).toEqual({ items: [], nextCursor: null })
    expect((await account.api.get('/api/auth/me')).body.usage.jobs).toBe(0)
  }

  it.each(wrongJobs)(
    'refuses a job with $name, naming field, value and what is allowed',
    async ({ fields, faults }) => {
      const answer = await account.api.post('/api/jobs', { ...valid, ...fields })
      expectProblem(answer, 400, 'validation')
      const { errors, detail } = answer.body
      for (const [pointer, value, allowed] of faults) {
        const found = errors.find((error: { pointer: string }) => error.pointer === pointer)
        expect(found, JSON.stringify(errors)).toBeDefined()
        expect(`${found.pointer}: ${found.detail}`).toContain(value)
        expect(found.detail).toMatch(allowed)
        expect(detail).toContain(errors.length === 1 ? pointer : String(errors.length))
      }
      await expectNothingStored()
    },
  )

  it('refuses the same when a job is replaced or patched, and leaves it as it was', async () => {
    const other = await punctual.newAccount()
    const job = await other.api.createJob()
    for (const { fields, faults } of wrongJobs.filter(({ name }) => name !== 'no name')) {
      for (const answer of [
        await other.api.put(`/api/jobs/${job.id}`, { ...valid, ...fields }),
        await other.api.patch(`/api/jobs/${job.id}`, fields),
      ]) {
        expectProblem(answer, 400, 'validation')
        expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toContain(faults[0][0])
      }
    }
    expect((await other.api.get(`/api/jobs/${job.id}`)).body).toEqual(job)
  })

  it('refuses a target that is the API itself', async () => {
    const answer = await account.api.post('/api/jobs', { ...valid, targetUrl: `${punctual.url}/api/health` })
    expectProblem(answer, 400, 'validation')
    expect(answer.body.errors).toEqual([{ pointer: '/targetUrl', detail: expect.stringMatching(/own address/) }])
  })

  it.each([
    ['that is cut off', '{"name":', 400, 'malformed-json'],
    ['that is no JSON', 'name=x', 400, 'malformed-json'],
    ['that is empty', '', 400, 'malformed-json'],
    ['that is a list', '[]', 400, 'validation'],
    ['that is null', 'null', 400, 'validation'],
    ['of 300,000 bytes', JSON.stringify({ ...valid, body: 'x'.repeat(300_000) }), 413, 'payload-too-large'],
    ['that says something twice', `{"name":"x",${JSON.stringify(valid).slice(1)}`, 400, 'validation'],
  ] as const)('refuses a body %s', async (_name, body, status, type) => {
    expectProblem(await account.api.post('/api/jobs', body), status, type)
    await expectNothingStored()
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])(
    'refuses the content type %s and names the right one',
    async (type) => {
      const answer = await account.api.post('/api/jobs', valid, { headers: { 'content-type': type } })
      expectProblem(answer, 415, 'unsupported-media-type')
      expect(answer.body.detail).toContain(type)
      expect(answer.body.detail).toContain('application/json')
      await expectNothingStored()
    },
  )

  it.each([
    [{ 'content-type': 'application/json; charset=iso-8859-1' }, 'iso-8859-1'],
    [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }, 'gzip'],
  ])('refuses a body that is sent otherwise than as UTF-8: %j', async (headers, named) => {
    const answer = await account.api.post('/api/jobs', valid, { headers })
    expectProblem(answer, 415, 'unsupported-media-type')
    expect(answer.body.detail).toContain(named)
    await expectNothingStored()
  })

  it('takes a body whose content type says that it is UTF-8', async () => {
    const headers = { 'content-type': 'application/json; charset="UTF-8"', 'content-encoding': 'identity' }
    const { status, body } = await account.api.post('/api/jobs', valid, { headers })
    expect(status).toBe(201)
    await account.api.must('DELETE', `/api/jobs/${body.id}`)
  })

  it.each(['1NAME!', 'a'.repeat(65), 'with space', 'a.b'])('refuses the secret name %s', async (name) => {
    const answer = await account.api.put(`/api/secrets/${encodeURIComponent(name)}`, { value: 'x' })
    expectProblem(answer, 400, 'validation')
    await expectNothingStored()
  })

  it.each([
    ['', 'nothing'],
    ['a\r\nb', 'CR LF'],
    ['x'.repeat(65_537), '65,537 bytes'],
  ])('refuses a secret value of %2$s without repeating it', async (value) => {
    const answer = await account.api.put('/api/secrets/NAME', { value })
    expectProblem(answer, 400, 'validation')
    expect(answer.body.errors[0].pointer).toBe('/value')
    await expectNothingStored()
  })

  it('refuses a preview of what cannot be, in the words of creating it', async () => {
    const wrong = { cronExpression: '61 * * * *', timezone: 'UTC' }
    const preview = await account.api.post('/api/schedules/preview', wrong)
    expectProblem(preview, 400, 'validation')
    const job = await account.api.post('/api/jobs', { ...valid, ...wrong })
    expect(preview.body.errors).toEqual(job.body.errors)
  })
})
