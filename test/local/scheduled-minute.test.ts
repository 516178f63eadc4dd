import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, accountsByMailbox } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'
import { MINUTE_MS, type PlayedMinute, pathOf, playMinute } from './minute.ts'
import { type Case, cases, SECRET } from './minute-cases.ts'

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/
/** How late the first occurrence of a minute may start on a machine that others use, too … */
const FIRST_LATENESS_MS = 15_000
/** … and the last of twenty, which want the same processors at once: within the minute that EventBridge itself promises. */
const LAST_LATENESS_MS = 55_000

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('a minute', () => {
  let service: PunctualService
  let target: EchoTarget
  let api: Account['api']
  let signingKey: string
  let played: PlayedMinute
  let minute: number
  let jobs: PlayedMinute['jobs']
  let runs: PlayedMinute['runs']

  beforeAll(async () => {
    ;[service, target] = await Promise.all([startService(), EchoTarget.start()])
    ;({ api } = await accountsByMailbox(service.url)())
    await api.must('PUT', '/api/secrets/MINUTE', { value: SECRET })
    signingKey = (await api.must('POST', '/api/secrets/WEBHOOK_SIGNING_KEY/generate', { format: 'whsec' })).value
    played = await playMinute(api, target)
    ;({ minute, jobs, runs } = played)
  }, 4 * MINUTE_MS)
  afterAll(async () => {
    played?.release()
    await Promise.all([service?.discard(), target?.close()])
  })

  const run = (name: Case | 'oneOff' | 'resumed' | 'skipping' | 'overlapping') => runs.get(name)
  const request = (name: string) => target.requests(pathOf(name))[0]

  it('fires every job on time, once', () => {
    const called = [...runs].filter(([name]) => name !== 'skipping')
    for (const [name, { plannedAt, startedAt, latenessMs }] of called) {
      expect(plannedAt, name).toBe(new Date(minute).toISOString())
      expect(Date.parse(startedAt) - minute, name).toBe(latenessMs)
      const ofMinute = target.requests(pathOf(name)).filter(({ at }) => at >= minute && at < minute + MINUTE_MS)
      expect(ofMinute, name).toHaveLength(1)
    }
    const lateness = called.map(([, { latenessMs }]) => latenessMs)
    expect(Math.min(...lateness)).toBeGreaterThanOrEqual(0)
    expect(Math.min(...lateness)).toBeLessThan(FIRST_LATENESS_MS)
    expect(Math.max(...lateness)).toBeLessThan(LAST_LATENESS_MS)
  })

  it('writes down a run with every field of the contract', () => {
    const { port } = target
    expect(run('get')).toEqual({
      id: expect.stringMatching(/^[0-9A-Z]{10,}$/),
      jobId: jobs.get('get'),
      jobName: 'get',
      trigger: 'SCHEDULE',
      status: 'SUCCEEDED',
      plannedAt: new Date(minute).toISOString(),
      startedAt: expect.stringMatching(INSTANT),
      finishedAt: expect.stringMatching(INSTANT),
      latenessMs: expect.any(Number),
      durationMs: expect.any(Number),
      httpStatus: 200,
      reason: null,
      attempts: [
        {
          number: 1,
          startedAt: expect.stringMatching(INSTANT),
          httpStatus: 200,
          reason: null,
          timings: {
            dnsMs: null,
            connectMs: expect.any(Number),
            tlsMs: null,
            firstByteMs: expect.any(Number),
            downloadMs: expect.any(Number),
            totalMs: expect.any(Number),
          },
        },
      ],
      request: { method: 'GET', url: `http://127.0.0.1:${port}/get`, headers: {} },
      response: {
        status: 200,
        headers: expect.objectContaining({ 'content-type': 'application/json', 'x-answer': 'yes' }),
        body: '{"ok":true}',
        bodyBytes: 11,
        truncated: false,
      },
      notifications: [],
      expiresAt: expect.stringMatching(INSTANT),
    })
    const { startedAt, finishedAt, durationMs, expiresAt } = run('get')
    expect(Date.parse(finishedAt) - Date.parse(startedAt)).toBe(durationMs)
    expect(Date.parse(expiresAt) - minute).toBeGreaterThan(6 * 24 * 60 * MINUTE_MS)
  })

  it('reads the same run alone, in the list of its job, in that of all jobs, and as the last run of its job', async () => {
    const { id, status, httpStatus, startedAt, durationMs } = run('get')
    expect((await api.get(`/api/runs/${id}`)).body).toEqual(run('get'))
    const { items } = await api.must('GET', `/api/runs?jobId=${jobs.get('get')}`)
    expect(items).toContainEqual(run('get'))
    const job = await api.must('GET', `/api/jobs/${jobs.get('get')}`)
    if (Date.now() < minute + MINUTE_MS)
      expect(job).toMatchObject({
        lastRun: { id, status, httpStatus, startedAt, durationMs },
        nextRunAt: new Date(minute + MINUTE_MS).toISOString(),
      })
  })

  it('sends the run’s id as webhook-id and idempotency-key', () => {
    for (const name of Object.keys(cases) as Case[]) {
      expect(request(name)?.headers['webhook-id'], name).toBe(run(name).id)
      expect(request(name)?.headers['idempotency-key'], name).toBe(run(name).id)
    }
  })

  it('sends method, headers and body with the secrets in them', () => {
    expect(request('post')).toMatchObject({
      method: 'POST',
      body: `{"key":"${SECRET}","name":"Zoë"}`,
      headers: { 'content-type': 'application/json', 'x-cron-secret': SECRET },
    })
    expect(Number(request('post')?.headers['content-length'])).toBe(Buffer.byteLength(request('post')?.body ?? ''))
    expect(request('bearer')?.headers.authorization).toBe(`Bearer ${SECRET}`)
    expect(request('basic')?.headers.authorization).toBe(`Basic ${base64(`ada:${SECRET}`)}`)
    expect(request('get')).toMatchObject({ method: 'GET', body: '' })
  })

  it('redacts request and response, of which the target has sent all back', async () => {
    expect(run('post').request.headers).toEqual({ 'Content-Type': 'application/json', 'X-Cron-Secret': '[redacted]' })
    expect(run('bearer').request.headers).toEqual({ authorization: 'Bearer [redacted]' })
    expect(run('basic').request.headers).toEqual({ authorization: 'Basic [redacted]' })
    expect(run('post').response.body).toContain('[redacted]')
    const logged = `${(await api.get('/api/runs?limit=100')).text}${service.output()}`
    for (const spelling of [SECRET, encodeURIComponent(SECRET), base64(SECRET), base64(`ada:${SECRET}`), signingKey])
      expect(logged).not.toContain(spelling)
  })

  it('has no secret in clear in anything that it keeps, its logs included', async () => {
    const stored = await service.stored()
    expect(stored.some(({ content }) => content.includes('WEBHOOK_SIGNING_KEY'))).toBe(true)
    for (const { name, content } of [...stored, { name: 'logs', content: service.output() }])
      for (const secret of [SECRET, base64(SECRET), signingKey]) expect(content.includes(secret), name).toBe(false)
  })

  it.each(['signed', 'unsignedGet'] as const)('signs a call by Standard Webhooks: %s', async (name) => {
    const { headers, body } = await target.request(pathOf(name))
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers
    const key = Buffer.from(signingKey.replace(/^whsec_/, ''), 'base64')
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
    expect(signature).toBe(`v1,${expected}`)
    expect(Math.abs(Number(timestamp) * 1000 - minute)).toBeLessThanOrEqual(LAST_LATENESS_MS)
    expect(id).toBe(run(name).id)
  })

  it('shows a redirect as a failure unless the job follows redirects', () => {
    expect(run('moved')).toMatchObject({ status: 'FAILED', httpStatus: 302, reason: { code: expect.any(String) } })
    expect(run('followed')).toMatchObject({ status: 'SUCCEEDED', httpStatus: 200, response: { body: 'landed' } })
    const landings = target.requests('/landing')
    expect(landings).toHaveLength(1)
    expect(landings[0]?.headers).toMatchObject({ 'x-trace': 'kept', 'idempotency-key': run('followed').id })
  })

  it('says why a call failed and what can be done', () => {
    const expected = {
      timedOut: { status: 'TIMED_OUT', httpStatus: null, reason: { code: 'TIMEOUT' }, response: null },
      hungUp: { status: 'FAILED', httpStatus: null, reason: { code: 'RESET' }, response: null },
      unavailable: { status: 'FAILED', httpStatus: 503, reason: { code: 'HTTP_STATUS' } },
      includes: { status: 'FAILED', httpStatus: 200, reason: { code: 'ASSERTION' } },
      excludes: { status: 'FAILED', httpStatus: 200, reason: { code: 'ASSERTION' } },
    } as const
    for (const [name, fields] of Object.entries(expected)) {
      const failed = run(name as Case)
      expect(failed, name).toMatchObject(fields)
      expect(failed.reason.message, name).toMatch(/./)
      expect(failed.reason.hint, name).toMatch(/./)
      expect(failed.attempts.at(-1).reason, name).toEqual(failed.reason)
    }
    expect(run('timedOut').durationMs).toBeGreaterThanOrEqual(1000)
    expect(run('timedOut').durationMs).toBeLessThan(3000)
    expect(run('accepted503')).toMatchObject({ status: 'SUCCEEDED', httpStatus: 503, reason: null })
  })

  it('keeps the answer always, never or after a failure, as the job says, and not more than fits', () => {
    expect(run('savedNever').response).toMatchObject({ status: 200, body: null, bodyBytes: 12 })
    expect(run('savedOnFailure').response).toMatchObject({ status: 200, body: null, bodyBytes: 12 })
    expect(run('savedFailure').response).toMatchObject({ status: 500, body: 'kept', bodyBytes: 4 })
    expect(run('large').response).toMatchObject({ bodyBytes: 100_000, truncated: true })
    expect(run('large').response.body).toMatch(/^x{1000,99999}$/)
  })

  it('skips an occurrence while the last call is under way, unless calls may overlap', async () => {
    expect(run('skipping')).toMatchObject({ status: 'SKIPPED', httpStatus: null, attempts: [], request: null })
    expect(target.requests('/skipping')).toHaveLength(1)
    expect(run('overlapping')).toMatchObject({ status: 'SUCCEEDED', httpStatus: 200 })
    expect(target.requests('/overlapping')).toHaveLength(2)
    played.release()
    for (const name of ['skipping', 'overlapping'] as const) {
      const { items } = await api.must('GET', `/api/jobs/${jobs.get(name)}/runs`)
      const manual = items.find(({ trigger }: { trigger: string }) => trigger === 'MANUAL')
      expect(await api.runEnd(manual.id)).toMatchObject({ status: 'SUCCEEDED', trigger: 'MANUAL' })
    }
  })

  it('counts scheduled failures in a row', async () => {
    const { consecutiveFailures } = await api.must('GET', `/api/jobs/${jobs.get('unavailable')}`)
    expect(consecutiveFailures).toBeGreaterThanOrEqual(1)
    expect((await api.must('GET', `/api/jobs/${jobs.get('get')}`)).consecutiveFailures).toBe(0)
  })

  it('fires neither a paused job nor a deleted one', () => {
    expect(target.requests('/paused')).toEqual([])
    expect(target.requests('/deleted')).toEqual([])
  })

  it('completes a job that has nothing left to fire', async () => {
    expect(await api.must('GET', `/api/jobs/${jobs.get('oneOff')}`)).toMatchObject({
      status: 'COMPLETED',
      nextRunAt: null,
      lastRun: { status: 'SUCCEEDED' },
    })
    const { items } = await api.must('GET', '/api/jobs?status=COMPLETED')
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['oneOff'])
  })

  it('prints one line for each run', () => {
    for (const [name, { status }] of runs)
      expect(
        service
          .output()
          .split('\n')
          .filter((line) => line.includes(` ${name}: `) && line.includes(status)),
      ).not.toEqual([])
  })
})
