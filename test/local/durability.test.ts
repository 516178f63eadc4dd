import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, ApiClient, accountsByMailbox, logIn, until } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { newDataDir, type PunctualService, startService } from '../support/punctual-service.ts'

const MINUTE_MS = 60_000
/** How long an occurrence of every minute may still start late. */
const WINDOW_MS = 60_000

const SECRET = 'd2hhdCBzdXJ2aXZlcyBhIGNyYXNo'

const sleepUntil = (at: number) => new Promise((resolve) => setTimeout(resolve, at - Date.now()))

describe('a service that was killed and comes back after more than a minute', () => {
  let dataDir: string
  let service: PunctualService
  let target: EchoTarget
  let before: Account
  /** The same person, calling the service that came back with the token from before. */
  let api: ApiClient
  let firstMinuteDown: number
  const told: Record<string, Awaited<ReturnType<ApiClient['get']>>['body']> = {}

  const pathsOf = ({ everyMinute, quiet, run }: typeof told) => [
    `/api/jobs/${everyMinute.id}`,
    `/api/jobs/${quiet.id}`,
    `/api/runs/${run.id}`,
    '/api/secrets',
    '/api/auth/me',
    `/_local/mailbox?to=${before.email}`,
  ]

  beforeAll(async () => {
    dataDir = await newDataDir()
    ;[service, target] = await Promise.all([startService({ dataDir }), EchoTarget.start()])
    before = await accountsByMailbox(service.url)()
    await before.api.must('PUT', '/api/secrets/CRON_SECRET', { value: SECRET, description: 'Stays' })
    const headers = { 'X-Cron-Secret': '{{secrets.CRON_SECRET}}' }
    told.quiet = await before.api.createJob({ name: 'Quiet', targetUrl: target.url('/quiet'), headers, tags: ['a'] })
    told.paused = await before.api.createJob({
      name: 'Paused',
      enabled: false,
      cronExpression: '* * * * *',
      targetUrl: target.url('/paused'),
    })
    told.run = await before.api.runToEnd(told.quiet.id)
    target.on('/slow', { after: new Promise(() => {}) })
    told.slow = await before.api.createJob({ name: 'Slow', targetUrl: target.url('/slow'), timeout: 300_000 })
    told.slowRun = await before.api.must('POST', `/api/jobs/${told.slow.id}/run`)
    await target.request('/slow')
    // Made last and killed at once: what has been answered is stored.
    const startAt = new Date(Math.ceil(Date.now() / MINUTE_MS + 0.05) * MINUTE_MS).toISOString()
    told.everyMinute = await before.api.createJob({
      name: 'Every minute',
      cronExpression: '* * * * *',
      startAt,
      targetUrl: target.url('/minute'),
    })
    told.answers = await Promise.all(pathsOf(told).map(async (path) => (await before.api.get(path)).body))
    await service.kill()
    firstMinuteDown = Date.parse(startAt)
    expect(Date.now()).toBeLessThan(firstMinuteDown)

    await sleepUntil(firstMinuteDown + WINDOW_MS + 1500)
    service = await startService({ dataDir })
    api = new ApiClient(service.url, before.session.accessToken)
  }, 4 * MINUTE_MS)
  afterAll(() => Promise.all([service?.discard(), target?.close()]))

  const runOf = (plannedAt: number) =>
    until(`the run of ${new Date(plannedAt).toISOString()}`, async () => {
      const { items } = await api.must('GET', `/api/jobs/${told.everyMinute.id}/runs`)
      const run = items.find((each: { plannedAt: string }) => Date.parse(each.plannedAt) === plannedAt)
      return run?.status === 'RUNNING' ? undefined : run
    })

  it('writes the occurrence that is too old down as MISSED and does not call its target', async () => {
    const run = await runOf(firstMinuteDown)
    expect(run).toMatchObject({ status: 'MISSED', trigger: 'SCHEDULE', httpStatus: null, attempts: [] })
    expect(run.reason.message).toMatch(/./)
  })

  it('runs the occurrence late that is not too old', async () => {
    const run = await runOf(firstMinuteDown + MINUTE_MS)
    expect(run).toMatchObject({ status: 'SUCCEEDED', trigger: 'SCHEDULE' })
    expect(run.latenessMs).toBeGreaterThanOrEqual(1500)
    expect(target.requests('/minute').filter(({ headers }) => headers['idempotency-key'] === run.id)).toHaveLength(1)
    expect(target.requests('/minute').every(({ at }) => at > firstMinuteDown + WINDOW_MS)).toBe(true)
  })

  it('still has every job, run, secret, account and mail, and takes the tokens of before', async () => {
    const changing = { nextRunAt: expect.anything(), lastRun: expect.anything() }
    const [everyMinute, ...others] = await Promise.all(pathsOf(told).map(async (path) => (await api.get(path)).body))
    expect(everyMinute).toEqual({ ...told.answers[0], ...changing })
    expect(others).toEqual(told.answers.slice(1))
    const { items } = await api.must('GET', '/api/jobs')
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['Every minute', 'Slow', 'Paused', 'Quiet'])
    expect((await api.get(`/api/jobs/${told.paused.id}`)).body).toEqual(told.paused)
    expect(target.requests('/paused')).toEqual([])
  })

  it('still knows the password, the refresh token and the value of the secret', async () => {
    await logIn(service.url, before.email, before.password)
    expect((await api.post('/api/auth/refresh', { refreshToken: before.session.refreshToken })).status).toBe(200)
    const { id } = await api.runToEnd(told.quiet.id)
    const request = target.requests('/quiet').find(({ headers }) => headers['idempotency-key'] === id)
    expect(request?.headers['x-cron-secret']).toBe(SECRET)
  })

  it('has not lost the run that was under way', async () => {
    const { status, body } = await api.get(`/api/runs/${told.slowRun.runId}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ jobId: told.slow.id, status: 'RUNNING', finishedAt: null })
  })

  it('goes on from an old cursor', async () => {
    const ofBefore = await api.must('GET', '/api/jobs?limit=1')
    await service.stop()
    service = await startService({ dataDir })
    api = new ApiClient(service.url, before.session.accessToken)
    const { items } = await api.must('GET', `/api/jobs?limit=1&cursor=${encodeURIComponent(ofBefore.nextCursor)}`)
    expect(items).toMatchObject([{ name: 'Slow' }])
  })
})
