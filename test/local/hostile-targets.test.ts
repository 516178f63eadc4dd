import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blockedCorpus } from '../domain/target/corpus/blocked.ts'
import { ownHosts } from '../domain/target/hostile-urls.ts'
import { type Account, type ApiClient, accountsByMailbox, until } from '../support/api-client.ts'
import { CANARY, formsIn, textsIn } from '../support/canary.ts'
import { leaks, startCanaryTarget } from '../support/canary-target.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'
import { expectProblem } from './expect-problem.ts'

/** Targets are on an address of their own, so that 127.0.0.1 is as forbidden as on AWS. */
const TARGET_HOST = '127.0.0.2'
const PARALLELISM = 4

let service: PunctualService
let account: Account
let api: ApiClient
let target: EchoTarget
beforeAll(async () => {
  target = await EchoTarget.start(TARGET_HOST)
  service = await startService({
    environment: { TARGET_ALLOW_CIDRS: `${TARGET_HOST}/32`, HOST_PARALLELISM: String(PARALLELISM) },
  })
  account = await accountsByMailbox(service.url)()
  api = account.api
})
afterAll(async () => {
  await service?.discard()
  await target?.close()
})

describe('a hostile URL', () => {
  it('is refused when a job is saved, whatever its form, and nothing is stored', async () => {
    const here = new URL(service.url).host
    const left = blockedCorpus
      .filter(({ url }) => !ownHosts.some((host) => url.toLowerCase().includes(host.split(':')[0] ?? '')))
      .values()
    const passed: unknown[] = []
    const trySome = async () => {
      for (const { url, why } of left) {
        const { status, body } = await api.post('/api/jobs', { name: 'x', cronExpression: '@daily', targetUrl: url })
        const pointers: string[] = status === 400 ? body.errors.map((error: { pointer: string }) => error.pointer) : []
        if (!pointers.includes('/targetUrl')) passed.push({ url, why, status })
      }
    }
    await Promise.all(Array.from({ length: 8 }, trySome))
    expect(passed).toEqual([])
    expectProblem(
      await api.post('/api/jobs', { name: 'x', cronExpression: '@daily', targetUrl: `http://${here}/` }),
      400,
      'validation',
    )
    expect((await api.get('/api/jobs')).body.items).toEqual([])
  })

  it('in a redirect ends the run as BLOCKED_TARGET', async () => {
    const targetUrl = target.on('/to-metadata', () => ({
      status: 302,
      headers: { location: 'http://169.254.169.254/latest/' },
    }))
    const job = await api.createJob({ targetUrl, redirects: 'FOLLOW' })
    expect(await api.runToEnd(job.id)).toMatchObject({
      status: 'FAILED',
      reason: { code: 'BLOCKED_TARGET' },
      response: null,
    })
  })

  it('with bytes that are no UTF-8 in the path of a request is answered by a problem', async () => {
    expectProblem(await api.get('/api/jobs/%ff%fe'), 404, 'not-found')
    expectProblem(await api.get('/api/runs/%C3%28'), 404, 'not-found')
  })
})

describe('a host', () => {
  it(`gets no more than ${PARALLELISM} calls at the same time, and runs that waited say so`, async () => {
    let going = 0
    let most = 0
    target.on('/slow', () => {
      most = Math.max(most, ++going)
      return { after: new Promise((resolve) => setTimeout(resolve, 500)).then(() => going--) }
    })
    const jobs = await Promise.all(Array.from({ length: 10 }, () => api.createJob({ targetUrl: target.url('/slow') })))
    const runs = await Promise.all(jobs.map(({ id }) => api.runToEnd(id)))
    expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'SUCCEEDED'))
    expect(most).toBeGreaterThan(1)
    expect(most).toBeLessThanOrEqual(PARALLELISM)
    expect(runs.filter(({ attempts }) => attempts[0].waitedMs > 0).length).toBeGreaterThan(0)
  })
})

describe('a secret', () => {
  /** What the service shows to anybody, and everything that it keeps but the vault. */
  async function everything(): Promise<readonly string[]> {
    const pages = []
    for (const path of [
      '/api/jobs?limit=100',
      '/api/runs?limit=100',
      '/api/secrets',
      '/api/export',
      '/api/auth/me',
      '/api/keys',
      '/api/openapi.json',
    ])
      pages.push((await api.get(path)).body)
    for (const { id } of pages[1].items) pages.push((await api.get(`/api/runs/${id}`)).body)
    for (const { id } of pages[0].items) pages.push((await api.get(`/api/jobs/${id}`)).body)
    pages.push((await api.get(`/_local/mailbox?to=${encodeURIComponent(account.email)}`)).body)
    const contents = (await service.stored()).flatMap(({ name, content }) => (name.includes('secrets') ? [] : content))
    return [
      ...pages.map(textsIn),
      service.output(),
      ...contents.map((content) => content.toString('latin1')),
      ...contents.map((content) => content.toString('utf8')),
    ]
  }

  it('is in no answer, log, mail or file after its targets have handed it back', async () => {
    const leaking = await startCanaryTarget(CANARY, TARGET_HOST)
    try {
      await api.must('PUT', '/api/secrets/CANARY', { value: CANARY })
      const notice = target.on('/notice', () => ({ status: 204 }))
      const jobs = await Promise.all(
        leaks.map((leak) =>
          api.createJob({
            name: `leak ${leak}`,
            targetUrl: `http://${TARGET_HOST}:${leaking.port}/${leak}?k={{secrets.CANARY}}`,
            headers: { 'X-Any': 'a {{secrets.CANARY}}', 'X-Api-Key': '{{secrets.CANARY}}' },
            httpMethod: 'POST',
            body: '{{secrets.CANARY}}',
            auth: { type: 'basic', username: 'ada', password: '{{secrets.CANARY}}' },
            redirects: 'FOLLOW',
            overlap: 'ALLOW',
            notify: { afterFailures: 1, onSuccess: true, webhookUrl: notice, emails: [account.email] },
          }),
        ),
      )
      await Promise.all(jobs.map(({ id }) => api.runToEnd(id)))
      const errors = [
        await api.put('/api/secrets/CANARY', { value: `${CANARY}\u0000` }),
        await api.put('/api/secrets/CANARY', { value: CANARY, descriptio: 'x' }),
        await api.post('/api/jobs', {
          name: 1,
          cronExpression: '@daily',
          targetUrl: 'https://api.example.com/',
          headers: { 'X-Any': `${CANARY}\u0001` },
        }),
        await api.post('/api/jobs', `{"auth":{"password":"${JSON.stringify(CANARY).slice(1, -1)}`),
      ]
      expect(errors.map(({ status }) => status)).toEqual([400, 400, 400, 400])
      const notices = target.requests('/notice').map(({ body, headers }) => textsIn([body, headers]))
      const texts = [...(await everything()), ...errors.map(({ text }) => text), ...notices]
      expect(texts.flatMap((text) => formsIn(text, CANARY).map((form) => [form, text.slice(0, 200)]))).toEqual([])
      expect(texts.some((text) => text.includes('Traceback: KeyError [redacted]'))).toBe(true)
      // The same search finds what is no secret.
      expect(texts.filter((text) => text.includes('leak chunks')).length).toBeGreaterThan(3)
    } finally {
      await leaking.close()
    }
    await until('the service to be well', async () =>
      (await api.get('/api/health')).status === 200 ? true : undefined,
    )
  })
})
