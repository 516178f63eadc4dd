import { rm } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ApiClient, accountsByMailbox, until } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { failToStart, newDataDir, type PunctualService, startService } from '../support/punctual-service.ts'

const LONGEST_STOP_MS = 5000

describe('the process of the service', () => {
  let first: PunctualService
  let target: EchoTarget
  const others: PunctualService[] = []

  beforeAll(async () => {
    ;[first, target] = await Promise.all([startService(), EchoTarget.start()])
    target.on('/slow', { after: new Promise(() => {}) })
  })
  afterEach(async () => {
    for (const service of others.splice(0)) await service.discard()
  })
  afterAll(() => Promise.all([first?.discard(), target?.close()]))

  const startAnother = async (options?: Parameters<typeof startService>[0]) => {
    const service = await startService(options)
    others.push(service)
    return service
  }
  const health = async ({ url }: PunctualService) => (await new ApiClient(url).get('/api/health')).status
  const portOf = ({ url }: PunctualService) => Number(new URL(url).port)
  const withoutStack = expect.not.stringMatching(/^\s+at /m)

  it('says first that it is ready, then in how many seconds and what to try', () => {
    expect(first.output()).toMatch(/^Punctual is ready at http:\/\/127\.0\.0\.1:\d+\n/)
    const seconds = /\(in (\d+\.\d) s/.exec(first.output())?.[1]
    expect(Number(seconds)).toBeLessThan(15)
    expect(first.output()).toContain(`${first.url}/api/openapi.json`)
    expect(first.output()).toContain(`${first.url}/_local/mailbox`)
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'stops within five seconds after %s, even with a call under way',
    async (signal) => {
      const service = await startAnother()
      const { api } = await accountsByMailbox(service.url)()
      const job = await api.createJob({ name: signal, targetUrl: target.url('/slow'), timeout: 300_000 })
      const { runId } = await api.must('POST', `/api/jobs/${job.id}/run`)
      await until('the call', async () =>
        target.requests('/slow').find(({ headers }) => headers['idempotency-key'] === runId),
      )
      const ended = await service.stop(signal)
      expect(ended).toMatchObject({ code: 0, signal: null })
      expect(ended.tookMs).toBeLessThan(LONGEST_STOP_MS)
      await expect(health(service)).rejects.toThrow()
    },
  )

  it('says whose the data directory is when a second one wants it, and the first goes on', async () => {
    const { code, output } = await failToStart({ dataDir: first.dataDir })
    expect({ code, output }).toEqual({ code: 1, output: withoutStack })
    expect(output).toMatch(new RegExp(`${first.dataDir} is in use by process \\d+`))
    expect(await health(first)).toBe(200)
  })

  it('says that the port is taken, and leaves the data directory free', async () => {
    const dataDir = await newDataDir()
    const { code, output } = await failToStart({ dataDir, port: portOf(first) })
    expect({ code, output }).toEqual({ code: 1, output: withoutStack })
    expect(output).toMatch(new RegExp(`port ${portOf(first)} is taken`, 'i'))
    expect(await health(await startAnother({ dataDir }))).toBe(200)
  })

  it('refuses to start with wrong knobs, and names each with its value', async () => {
    const dataDir = await newDataDir()
    const environment = { PORT: '65536', TARGET_ALLOW_CIDRS: '10.0.0.0/33', ADMIN_EMAILS: 'root', DEMO: 'yes' }
    const { code, output } = await failToStart({ dataDir, environment })
    await rm(dataDir, { recursive: true })
    expect({ code, output }).toEqual({ code: 1, output: withoutStack })
    for (const [name, value] of Object.entries(environment)) {
      expect(output).toContain(name)
      expect(output).toContain(value)
    }
  })

  it('runs side by side with another one, each with its own port, data and accounts', async () => {
    const second = await startAnother()
    const [ada, bob] = [await accountsByMailbox(first.url)(), await accountsByMailbox(second.url)()]
    await ada.api.createJob({ name: 'Only here' })
    expect((await bob.api.get('/api/jobs')).body.items).toEqual([])
    expect((await new ApiClient(second.url, ada.session.accessToken).get('/api/jobs')).status).toBe(401)
    const { email, password } = ada
    expect((await new ApiClient(second.url).post('/api/auth/login', { email, password })).status).toBe(401)
    expect((await ada.api.get('/api/jobs')).body.items).toHaveLength(1)
  })

  it('lets no target be private when TARGET_ALLOW_CIDRS is empty, not even one that was allowed before', async () => {
    const before = await startService()
    const { api, session } = await accountsByMailbox(before.url)()
    const job = await api.createJob({ targetUrl: target.url('/allowed-before') })
    await before.stop()
    const service = await startAnother({ dataDir: before.dataDir, environment: { TARGET_ALLOW_CIDRS: '' } })
    const after = new ApiClient(service.url, session.accessToken)
    const run = await after.runToEnd(job.id)
    expect(run).toMatchObject({ status: 'FAILED', reason: { code: 'BLOCKED_TARGET' }, response: null })
    expect(target.requests('/allowed-before')).toEqual([])
    for (const host of ['127.0.0.1', '[::1]', 'localhost', '10.0.0.1', '169.254.169.254', '[fd00::1]', '0.0.0.0']) {
      const answer = await after.post('/api/jobs', {
        name: 'x',
        cronExpression: '@daily',
        targetUrl: `http://${host}/`,
      })
      expect(answer, host).toMatchObject({ status: 400, body: { errors: [{ pointer: '/targetUrl' }] } })
    }
  })

  it('makes the demo that it announces: an account with a secret and a job that has run', async () => {
    const service = await startAnother({ environment: { DEMO: '1' } })
    const [, credentials = ''] = /-d '(\{.*\})'/.exec(service.output()) ?? []
    const { accessToken } = await until('the demo account', async () => {
      const answer = await new ApiClient(service.url).post('/api/auth/login', credentials)
      return answer.status === 200 ? answer.body : undefined
    })
    const api = new ApiClient(service.url, accessToken)
    const run = await until('the first run', async () => (await api.must('GET', '/api/runs?status=SUCCEEDED')).items[0])
    expect(run).toMatchObject({ httpStatus: 200, request: { headers: { 'X-Demo-Secret': '[redacted]' } } })
    expect((await api.get('/api/secrets')).body.items).toHaveLength(1)
  })
})
