import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, type Answer, accountsByMailbox, until } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { type PunctualService, startService } from '../support/punctual-service.ts'
import { expectProblem } from './expect-problem.ts'

type Run = Answer['body']
const ids = ({ items }: { items: readonly Run[] }) => items.map(({ id }) => id)

describe('runs by hand', () => {
  let service: PunctualService
  let target: EchoTarget
  let api: Account['api']
  let good: { readonly id: string }
  let bad: { readonly id: string }
  /** Newest first. */
  let runs: readonly Run[]

  beforeAll(async () => {
    ;[service, target] = await Promise.all([startService(), EchoTarget.start()])
    ;({ api } = await accountsByMailbox(service.url)())
    good = await api.createJob({ name: 'Good', targetUrl: target.url('/good') })
    bad = await api.createJob({ name: 'Bad', targetUrl: target.on('/bad', { status: 500 }) })
    const made: Run[] = []
    for (const { id } of [good, bad, good, bad, good]) made.unshift(await api.runToEnd(id))
    runs = made
  })
  afterAll(() => Promise.all([service?.discard(), target?.close()]))

  it('answers 202 with the id of a run that can be read at once and ends by itself', async () => {
    const job = await api.createJob({ targetUrl: target.url('/at-once') })
    const { status, headers, body } = await api.post(`/api/jobs/${job.id}/run`)
    expect({ status, body }).toEqual({ status: 202, body: { runId: expect.stringMatching(/./) } })
    expect(headers.get('location')).toBe(`/api/runs/${body.runId}`)
    const read = await api.get(`/api/runs/${body.runId}`)
    expect(read).toMatchObject({ status: 200, body: { id: body.runId, jobId: job.id, trigger: 'MANUAL' } })
    expect(await api.runEnd(body.runId)).toMatchObject({ id: body.runId, status: 'SUCCEEDED' })
    await api.must('DELETE', `/api/jobs/${job.id}`)
  })

  it('are not led to Punctual itself by a redirect', async () => {
    for (const location of [`${service.publicUrl}/api/health`, `//${new URL(service.publicUrl).host}/api/health`]) {
      const targetUrl = target.on('/to-punctual', () => ({ status: 302, headers: { location } }))
      const job = await api.createJob({ targetUrl, redirects: 'FOLLOW' })
      expect(await api.runToEnd(job.id)).toMatchObject({
        status: 'FAILED',
        reason: { code: 'BLOCKED_TARGET', message: expect.stringContaining("Punctual's own address") },
      })
      await api.must('DELETE', `/api/jobs/${job.id}`)
    }
  })

  it('works on paused jobs too, and leaves them paused', async () => {
    const job = await api.createJob({ targetUrl: target.url('/paused'), enabled: false })
    expect(await api.runToEnd(job.id)).toMatchObject({ status: 'SUCCEEDED', trigger: 'MANUAL' })
    expect(target.requests('/paused')).toHaveLength(1)
    expect(await api.must('GET', `/api/jobs/${job.id}`)).toMatchObject({ status: 'PAUSED', nextRunAt: null })
    await api.must('DELETE', `/api/jobs/${job.id}`)
  })

  it('disables a job whose target answers 410, and counts it no longer', async () => {
    const activeJobs = async () => (await api.must('GET', '/api/auth/me')).usage.activeJobs
    const before = await activeJobs()
    const job = await api.createJob({ targetUrl: target.on('/gone', { status: 410 }) })
    expect(await activeJobs()).toBe(before + 1)
    expect(await api.runToEnd(job.id)).toMatchObject({ status: 'FAILED' })
    const disabled = await until('the job is disabled', async () => {
      const shown = await api.must('GET', `/api/jobs/${job.id}`)
      return shown.status === 'DISABLED' ? shown : undefined
    })
    expect(disabled).toMatchObject({ nextRunAt: null, disabledReason: { code: expect.stringMatching(/./) } })
    expect(await activeJobs()).toBe(before)
    await api.must('DELETE', `/api/jobs/${job.id}`)
  })

  it('shows a call under way as RUNNING', async () => {
    const end = Promise.withResolvers<void>()
    const job = await api.createJob({ targetUrl: target.on('/lasting', { after: end.promise }) })
    const { runId } = await api.must('POST', `/api/jobs/${job.id}/run`)
    await target.request('/lasting')
    const running = { status: 'RUNNING', finishedAt: null, durationMs: null, httpStatus: null }
    expect(await api.must('GET', `/api/runs/${runId}`)).toMatchObject(running)
    expect((await api.must('GET', `/api/jobs/${job.id}`)).lastRun).toMatchObject({ id: runId, status: 'RUNNING' })
    end.resolve()
    expect(await api.runEnd(runId)).toMatchObject({ status: 'SUCCEEDED' })
    await api.must('DELETE', `/api/jobs/${job.id}`)
  })

  it('lists the runs of a job, newest first', async () => {
    const ofGood = runs.filter(({ jobId }) => jobId === good.id)
    expect((await api.get(`/api/jobs/${good.id}/runs`)).body).toEqual({ items: ofGood, nextCursor: null })
    const page = await api.must('GET', `/api/jobs/${good.id}/runs?limit=2`)
    expect(ids(page)).toEqual(ofGood.slice(0, 2).map(({ id }) => id))
    const rest = await api.must(
      'GET',
      `/api/jobs/${good.id}/runs?limit=2&cursor=${encodeURIComponent(page.nextCursor)}`,
    )
    expect(rest).toEqual({ items: ofGood.slice(2), nextCursor: null })
    expect((await api.get(`/api/jobs/${good.id}/runs?status=FAILED`)).body.items).toEqual([])
  })

  /** Runs of deleted jobs are read until they expire: lists are compared by the runs of these two jobs. */
  const listed = async (query: string) => {
    const { items } = await api.must('GET', `/api/runs?limit=100&${query}`)
    return ids({ items: items.filter(({ jobId }: Run) => jobId === good.id || jobId === bad.id) })
  }
  const expected = (test: (run: Run, index: number) => boolean) => runs.filter(test).map(({ id }) => id)

  it('lists the runs of all jobs, newest first, by status, job and planned instant', async () => {
    const middle = runs[2].plannedAt
    expect(await listed('')).toEqual(expected(() => true))
    expect(await listed('status=FAILED')).toEqual(expected(({ status }) => status === 'FAILED'))
    expect(await listed('status=SUCCEEDED')).toEqual(expected(({ status }) => status === 'SUCCEEDED'))
    expect(await listed(`jobId=${bad.id}`)).toEqual(expected(({ jobId }) => jobId === bad.id))
    expect(await listed(`from=${middle}`)).toEqual(expected((_, index) => index <= 2))
    expect(await listed(`to=${middle}`)).toEqual(expected((_, index) => index > 2))
    expect(await listed(`jobId=${good.id}&status=SUCCEEDED&from=${middle}`)).toEqual(
      expected(({ jobId }, index) => jobId === good.id && index <= 2),
    )
  })

  it.each([1, 2, 3])('goes through all runs in pages of %i, none twice and none left out', async (limit) => {
    const found: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const page = await api.must(
        'GET',
        `/api/runs?to=${new Date(Date.parse(runs[0].plannedAt) + 1).toISOString()}&limit=${limit}${query}`,
      )
      expect(page.items.length).toBeLessThanOrEqual(limit)
      found.push(...ids(page))
      cursor = page.nextCursor
    }
    expect(found).toEqual(runs.map(({ id }) => id))
  })

  it.each(['status=DONE', 'from=yesterday', 'to=2026-01-01', 'limit=0', 'colour=red'])('refuses %s', async (query) => {
    const answer = await api.get(`/api/runs?${query}`)
    expectProblem(answer, 400, 'validation')
    expect(answer.body.errors[0].pointer).toBe(`/query/${query.split('=')[0]}`)
  })

  it('can still read a run when its job is deleted, until it expires', async () => {
    const job = await api.createJob({ targetUrl: target.url('/deleted') })
    const run = await api.runToEnd(job.id)
    await api.must('DELETE', `/api/jobs/${job.id}`)
    expect((await api.get(`/api/runs/${run.id}`)).body).toEqual(run)
  })

  it.each(['nonsense', '01JXAMPLE0000000000000000J', 'a'.repeat(64)])('does not know the run %s', async (id) => {
    expectProblem(await api.get(`/api/runs/${id}`), 404, 'not-found')
  })
})
