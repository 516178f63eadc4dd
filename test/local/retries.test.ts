import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, accountsByMailbox, until } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'

/** Longer than what a function waits for in place, so that the retry becomes a schedule of its own. */
const PARKED_SECONDS = 35
/** Scheduler keeps whole minutes on AWS, and starts a one-off within the minute that follows. */
const RESUMED_MS = (PARKED_SECONDS + 120) * 1000

describe('retries', () => {
  let service: PunctualService
  let target: EchoTarget
  let api: Account['api']

  beforeAll(async () => {
    ;[service, target] = await Promise.all([startService(), EchoTarget.start()])
    ;({ api } = await accountsByMailbox(service.url)())
  })
  afterAll(() => Promise.all([service?.discard(), target?.close()]))

  /** A job whose target asks for a minute's rest at its first call and is well after it. */
  const started = async (path: string, retryAfter: number) => {
    const targetUrl = target.on(path, () =>
      target.requests(path).length > 1
        ? { body: 'well again' }
        : { status: 503, headers: { 'retry-after': `${retryAfter}` }, body: 'come back later' },
    )
    const { id } = await api.createJob({ targetUrl, maxRetries: 2, retryDelaySeconds: 1 })
    const { runId } = await api.must('POST', `/api/jobs/${id}/run`)
    return runId as string
  }

  it('wait in place when the wait is short, and are attempts of one run', async () => {
    const runId = await started('/short', 1)
    const run = await api.runEnd(runId)
    expect(run).toMatchObject({ status: 'SUCCEEDED', httpStatus: 200, reason: null })
    expect(run.attempts).toMatchObject([
      { number: 1, httpStatus: 503, reason: { code: 'HTTP_STATUS' } },
      { number: 2, httpStatus: 200, reason: null },
    ])
    const [first, second] = target.requests('/short')
    expect(Number(second?.at) - Number(first?.at)).toBeGreaterThanOrEqual(1000)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
  })

  it('become schedules of their own when the wait is long', { timeout: RESUMED_MS + 30_000 }, async () => {
    const runId = await started('/long', PARKED_SECONDS)
    const waiting = await until('the first attempt to be shown', async () => {
      const run = await api.must('GET', `/api/runs/${runId}`)
      return run.attempts.length > 0 ? run : undefined
    })
    expect(waiting).toMatchObject({ status: 'RUNNING', attempts: [{ number: 1, httpStatus: 503 }] })
    const dueAt = Date.parse(waiting.nextAttemptAt)
    expect(dueAt - Number(target.requests('/long')[0]?.at)).toBeGreaterThanOrEqual(PARKED_SECONDS * 1000)
    const { items } = await api.must('GET', `/api/runs?jobId=${waiting.jobId}`)
    expect(items).toMatchObject([{ id: runId, nextAttemptAt: waiting.nextAttemptAt }])
    const { lastRun } = await api.must('GET', `/api/jobs/${waiting.jobId}`)
    expect(lastRun).toMatchObject({ id: runId, status: 'RUNNING', nextAttemptAt: waiting.nextAttemptAt })
    const second = await until('the second attempt', async () => target.requests('/long')[1], RESUMED_MS)
    expect(second.at).toBeGreaterThanOrEqual(dueAt)
    expect(await api.runEnd(runId)).toMatchObject({
      status: 'SUCCEEDED',
      attempts: [
        { number: 1, httpStatus: 503 },
        { number: 2, httpStatus: 200 },
      ],
    })
    expect(target.requests('/long')).toHaveLength(2)
  })

  const waiting = async (path: string, retryAfter = 1800) => {
    const runId = await started(path, retryAfter)
    return until('the retry to be waiting', async () => {
      const run = await api.must('GET', `/api/runs/${runId}`)
      return run.nextAttemptAt === undefined ? undefined : run
    })
  }

  it.each([
    ['edited', (jobId: string) => api.patch(`/api/jobs/${jobId}`, { name: 'another' }), 200],
    ['paused', (jobId: string) => api.post(`/api/jobs/${jobId}/pause`), 200],
    ['deleted', (jobId: string) => api.delete(`/api/jobs/${jobId}`), 204],
  ])('end at once when the job is %s', async (what, touch, status) => {
    const { id, jobId } = await waiting(`/${what}`)
    expect(await touch(jobId)).toMatchObject({ status })
    const run = await api.must('GET', `/api/runs/${id}`)
    expect(run).toMatchObject({ status: 'FAILED', attempts: [{ number: 1, httpStatus: 503 }] })
    expect(run).not.toHaveProperty('nextAttemptAt')
    expect(run.reason.message).toContain('so that the run was not tried again')
  })

  it('end within five seconds when the wait is short and the run is cancelled', async () => {
    const { id } = await waiting('/soon', 25)
    const askedAt = performance.now()
    expect(await api.post(`/api/runs/${id}/cancel`)).toMatchObject({ status: 202 })
    expect(await api.runEnd(id)).toMatchObject({ status: 'CANCELLED' })
    expect(performance.now() - askedAt).toBeLessThan(5000)
    expect(target.requests('/soon')).toHaveLength(1)
  })

  it('end when the run is cancelled', async () => {
    const { id: runId } = await waiting('/cancelled')
    expect(await api.post(`/api/runs/${runId}/cancel`)).toMatchObject({ status: 202 })
    expect(await api.runEnd(runId)).toMatchObject({ status: 'CANCELLED', attempts: [{ number: 1, httpStatus: 503 }] })
    expect(target.requests('/cancelled')).toHaveLength(1)
  })
})
