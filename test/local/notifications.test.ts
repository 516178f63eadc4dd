import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, type Answer, ApiClient, accountsByMailbox, until } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'

const MINUTE_MS = 60_000

/** `NOTIFICATIONS=full` waits for the third failure, for more of them, and for the recovery: eight minutes. */
const IS_FULL = process.env.NOTIFICATIONS === 'full'
const AFTER_FAILURES = IS_FULL ? 3 : 1

type Message = { readonly subject: string; readonly text: string; readonly html: string }

describe('notifications', () => {
  let service: PunctualService
  let target: EchoTarget
  let api: Account['api']
  let email: string
  let signingKey: Buffer

  beforeAll(async () => {
    ;[service, target] = await Promise.all([startService(), EchoTarget.start()])
    ;({ api, email } = await accountsByMailbox(service.url)())
    const { value } = await api.must('POST', '/api/secrets/WEBHOOK_SIGNING_KEY/generate', { format: 'whsec' })
    signingKey = Buffer.from(value.replace('whsec_', ''), 'base64')
  })
  afterAll(() => Promise.all([service?.discard(), target?.close()]))

  /** Mails about one job, oldest first. */
  const mailsOf = async (job: string, to = email): Promise<readonly Message[]> => {
    const { messages } = await new ApiClient(service.url).must('GET', `/_local/mailbox?to=${encodeURIComponent(to)}`)
    return messages.filter(({ subject }: Message) => subject.includes(job)).toReversed()
  }
  const toldOf = (runId: string): Promise<Answer['body']> =>
    until(`notifications of run ${runId}`, async () => {
      const run = await api.must('GET', `/api/runs/${runId}`)
      const { notifications } = run
      return notifications.length > 0 && notifications.every(({ status }: { status: string }) => status !== 'PENDING')
        ? run
        : undefined
    })

  it('tell of a success that is asked for, by mail and by a webhook that is signed', async () => {
    const to = `colleague-${email}`
    const job = await api.createJob({
      name: 'Told & <signed>',
      targetUrl: target.on('/good', { body: 'fine' }),
      notify: { onSuccess: true, emails: [to], webhookUrl: target.on('/hook', {}) },
    })
    const run = await toldOf((await api.runToEnd(job.id)).id)
    expect(run.notifications).toMatchObject([
      { kind: 'SUCCESS', channel: 'EMAIL', to, status: 'SENT', attempts: 1, message: null },
      { kind: 'SUCCESS', channel: 'WEBHOOK', to: new URL(target.url('/')).origin, status: 'SENT', attempts: 1 },
    ])
    const [mail, ...more] = await mailsOf('Told', to)
    expect(more).toEqual([])
    expect(mail?.subject).toBe('[Punctual] Told & <signed> succeeded')
    expect(mail?.text).toContain(`${service.publicUrl}/api/runs/${run.id}`)
    expect(mail?.html).toContain('Told &amp; &lt;signed&gt;')
    const { headers, body } = await target.request('/hook')
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const signature = createHmac('sha256', signingKey).update(signed).digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signature}`)
    expect(JSON.parse(body)).toMatchObject({
      type: 'job.succeeded',
      data: { run: { id: run.id, status: 'SUCCEEDED' } },
    })
    await api.must('DELETE', `/api/jobs/${job.id}`)
  })

  it('tell the owner that a target is gone, once, and the job says why it is disabled', async () => {
    const job = await api.createJob({ name: 'Gone', targetUrl: target.on('/gone', { status: 410 }) })
    const run = await toldOf((await api.runToEnd(job.id)).id)
    expect(run.notifications).toMatchObject([{ kind: 'DISABLED', channel: 'EMAIL', to: email, status: 'SENT' }])
    expect((await mailsOf('Gone')).map(({ subject }) => subject)).toEqual(['[Punctual] Gone was disabled'])
    const read = await api.must('GET', `/api/jobs/${job.id}`)
    expect(read).toMatchObject({ status: 'DISABLED', disabledReason: { code: 'GONE' } })
    await api.must('DELETE', `/api/jobs/${job.id}`)
  })

  it('never change what became of a run: a webhook that is refused is noted', async () => {
    const job = await api.createJob({
      name: 'Deaf hook',
      targetUrl: target.on('/good', { body: 'fine' }),
      notify: { onSuccess: true, emails: [`deaf-${email}`], webhookUrl: target.on('/deaf', { status: 404 }) },
    })
    const run = await toldOf((await api.runToEnd(job.id)).id)
    expect(run).toMatchObject({ status: 'SUCCEEDED', reason: null })
    expect(run.notifications[1]).toMatchObject({ status: 'FAILED', message: 'The webhook answered 404.' })
    expect(target.requests('/deaf')).toHaveLength(1)
    await api.must('DELETE', `/api/jobs/${job.id}`)
  })

  it('may not lead to a private address', async () => {
    const { status, body } = await api.post('/api/jobs', {
      name: 'Inside',
      cronExpression: '0 0 * * *',
      targetUrl: target.url('/'),
      notify: { webhookUrl: 'http://169.254.169.254/latest' },
    })
    expect({ status, pointer: body.errors[0].pointer }).toEqual({ status: 400, pointer: '/notify/webhookUrl' })
  })

  it('come after a refused credential with the secret to look at, and since when it is what it is', async () => {
    await api.put('/api/secrets/TELLING', { value: 'not the right one' })
    const { updatedAt } = await api
      .must('GET', '/api/secrets')
      .then(({ items }) => items.find(({ name }: { name: string }) => name === 'TELLING'))
    const job = await api.createJob({
      targetUrl: target.on('/locked', { status: 401 }),
      headers: { 'X-Cron-Secret': '{{secrets.TELLING}}' },
    })
    const { reason } = await api.runToEnd(job.id)
    const changed = `${updatedAt.slice(0, 16).replace('T', ' ')} UTC`
    expect(reason.hint).toBe(`The target refused the credential; check secret TELLING, last changed ${changed}.`)
    await api.must('DELETE', `/api/jobs/${job.id}`)
  })

  it('a call that is going on is aborted within five seconds of its cancelling', async () => {
    const job = await api.createJob({
      targetUrl: target.on('/endless', { after: new Promise(() => {}) }),
      timeout: 60_000,
    })
    const { runId } = await api.must('POST', `/api/jobs/${job.id}/run`)
    await target.request('/endless')
    const askedAt = performance.now()
    expect(await api.post(`/api/runs/${runId}/cancel`)).toMatchObject({ status: 202 })
    expect(await api.runEnd(runId)).toMatchObject({ status: 'CANCELLED', reason: { code: 'CANCELLED' } })
    expect(performance.now() - askedAt).toBeLessThan(5000)
    await api.must('DELETE', `/api/jobs/${job.id}`)
  })

  const waits = { timeout: (IS_FULL ? 10 : 3) * MINUTE_MS }

  it(
    `tell once that scheduled runs fail, on failure ${AFTER_FAILURES}${IS_FULL ? ', and once that they work again' : ''}`,
    waits,
    async () => {
      let isWell = false
      const job = await api.createJob({
        name: 'Every minute',
        cronExpression: '* * * * *',
        maxRetries: 0,
        targetUrl: target.on('/minutely', () => ({ status: isWell ? 200 : 500 })),
        notify: { afterFailures: AFTER_FAILURES },
      })
      const subjects = async () => (await mailsOf('Every minute')).map(({ subject }) => subject)
      const afterRuns = (count: number) =>
        until(
          `run ${count}`,
          async () => {
            const { items } = await api.must('GET', `/api/jobs/${job.id}/runs?limit=100`)
            return items.length >= count ? items.toReversed() : undefined
          },
          (count + 1) * MINUTE_MS,
        )
      const failed = await afterRuns(AFTER_FAILURES)
      await toldOf(failed[AFTER_FAILURES - 1].id)
      const words = IS_FULL ? '3 times in a row' : 'once'
      expect(await subjects()).toEqual([`[Punctual] Every minute failed ${words}`])
      if (IS_FULL) {
        await afterRuns(5)
        isWell = true
        const runs = await afterRuns(7)
        expect(runs.map(({ notifications }: Answer['body']) => notifications.length)).toEqual([0, 0, 1, 0, 0, 1, 0])
        expect((await subjects()).slice(1)).toEqual(['[Punctual] Every minute works again'])
        expect((await mailsOf('Every minute'))[1]?.text).toContain('after 5 minutes and 5 failed runs.')
      }
      const paused = await api.must('POST', `/api/jobs/${job.id}/pause`)
      expect(paused).toMatchObject({ status: 'PAUSED', consecutiveFailures: 0 })
      await api.must('DELETE', `/api/jobs/${job.id}`)
    },
  )
})
