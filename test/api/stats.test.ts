import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statsFunction } from '../../lambdas/api/stats.ts'
import { AnalyticsView, StatsView } from '../../lambdas/domain/figures/stats-view.ts'
import { completeJob, disabledJob, editJob } from '../../lambdas/domain/job/change-job.ts'
import type { Job } from '../../lambdas/domain/job/job.ts'
import type { TokenVerifier } from '../../lambdas/ports/token-verifier.ts'
import { callApi, memoryLog } from '../support/call-api.ts'
import { testDoor } from '../support/door.ts'
import { type FiguresWorld, startFiguresWorld } from '../support/figures-world.ts'

const NOW = Date.parse('2026-11-21T12:17:00Z')
const MINUTE_MS = 60_000
const TENANT = 'tenant-stats'

describe('the stats function', () => {
  let world: FiguresWorld
  let handler: ReturnType<typeof statsFunction>
  let busiest: Job
  let failing: Job
  let deleted: Job

  beforeAll(async () => {
    world = await startFiguresWorld(new Date(NOW).toISOString())
    const tokens: TokenVerifier = {
      verify: async (token) => ({ kind: 'user', tenant: token, username: token, role: 'USER', accessToken: token }),
    }
    handler = statsFunction(testDoor({ ...world.reading, log: memoryLog(), tokens }))
    const job = async (change: (job: Job) => Job = (same) => same) => {
      const made = await world.createJob(TENANT)
      const changed = change(made)
      if (changed !== made) await world.jobs.replace(changed, made.version)
      return changed
    }
    busiest = await job()
    failing = await job()
    await job((made) => editJob(made, { ...made.definition, enabled: false }, NOW))
    await job((made) => disabledJob(made, { code: 'GONE', message: 'It is gone.' }, NOW))
    await job((made) => completeJob(made, NOW))
    deleted = { ...busiest, id: '01JXAMPE00000000000000DEAD' }
    const end = (
      id: string,
      status: 'SUCCEEDED' | 'FAILED' | 'SKIPPED' | 'MISSED',
      durationMs: number | null,
      minutes = 0,
    ) => world.end({ tenant: TENANT, jobId: id, plannedAt: NOW - minutes * MINUTE_MS, status, durationMs })
    for (let minute = 0; minute < 6; minute++) await end(busiest.id, 'SUCCEEDED', 100 + minute, minute)
    await end(failing.id, 'FAILED', 2000)
    await end(failing.id, 'SUCCEEDED', 1000)
    await end(failing.id, 'SKIPPED', null)
    await end(deleted.id, 'MISSED', null)
    await end(busiest.id, 'SUCCEEDED', 50, 2 * 24 * 60)
  })
  afterAll(() => world.stop())

  const get = (path: string, query?: Record<string, string>, token = TENANT) =>
    callApi(handler, { route: `GET ${path}`, token, ...(query ? { query } : {}) })

  it('shows jobs by status, runs of three periods, and what runs next', async () => {
    const { status, body } = await get('/api/stats')
    expect(status).toBe(200)
    expect(StatsView.parse(body)).toEqual(body)
    expect(body.jobs).toEqual({ total: 5, byStatus: { ACTIVE: 2, PAUSED: 1, DISABLED: 1, COMPLETED: 1 } })
    expect(body.runs.today).toMatchObject({
      from: '2026-11-21T00:00:00.000Z',
      total: 10,
      byStatus: { SUCCEEDED: 7, FAILED: 1, SKIPPED: 1, MISSED: 1, LOST: 0, TIMED_OUT: 0, CANCELLED: 0, UNDELIVERED: 0 },
      successRate: 0.7778,
      averageDurationMs: 451.9,
    })
    expect(body.runs.today.p95DurationMs).toBeCloseTo(2000, -2.3)
    expect([body.runs['7d'].total, body.runs['30d'].total]).toEqual([11, 11])
    const at = '2026-11-21T12:20:00.000Z'
    expect(body.nextRuns).toEqual([
      { jobId: busiest.id, jobName: 'sync', plannedAt: at },
      { jobId: failing.id, jobName: 'sync', plannedAt: at },
    ])
  })

  it('ranks jobs, and counts those deleted in the totals alone', async () => {
    const { status, body } = await get('/api/stats/analytics', { days: '2' })
    expect(status).toBe(200)
    expect(AnalyticsView.parse(body)).toEqual(body)
    expect(body).toMatchObject({ timezone: 'UTC', days: 2, from: '2026-11-20T00:00:00.000Z', total: { total: 10 } })
    expect(body.perDay.map(({ date, total }: { date: string; total: number }) => [date, total])).toEqual([
      ['2026-11-20', 0],
      ['2026-11-21', 10],
    ])
    expect(body.perHour[12]).toMatchObject({ hour: 12, total: 10 })
    const ids = (jobs: readonly { jobId: string }[]) => jobs.map(({ jobId }) => jobId)
    expect(ids(body.jobs)).toEqual([busiest.id, failing.id])
    expect(ids(body.slowestJobs)).toEqual([failing.id, busiest.id])
    expect(body.leastReliableJobs).toMatchObject([
      { jobId: failing.id, total: 3, successRate: 0.5, averageDurationMs: 1500, longestDurationMs: 2000 },
    ])
  })

  it('takes days by the clocks of the time zone: in Kolkata it is half past five later', async () => {
    world.moveTo(Date.parse('2026-11-21T18:31:00Z'))
    const { body } = await get('/api/stats', { timezone: 'Asia/Kolkata' })
    expect(body.runs.today).toMatchObject({ from: '2026-11-21T18:30:00.000Z', total: 0, successRate: null })
    const { body: analytics } = await get('/api/stats/analytics', { timezone: 'Asia/Kolkata', days: '2' })
    expect(analytics.perHour[17]).toMatchObject({ hour: 17, total: 10 })
    expect(analytics.perDay.map(({ total }: { total: number }) => total)).toEqual([10, 0])
    world.moveTo(NOW)
  })

  it('shows another tenant nothing of it', async () => {
    const { body } = await get('/api/stats', undefined, 'tenant-other')
    expect(body).toMatchObject({ jobs: { total: 0 }, runs: { '30d': { total: 0 } }, nextRuns: [] })
    const { body: analytics } = await get('/api/stats/analytics', undefined, 'tenant-other')
    expect(analytics).toMatchObject({ total: { total: 0 }, jobs: [], slowestJobs: [], leastReliableJobs: [] })
  })

  it.each([
    ['/api/stats', 'timezone', 'Mars/Phobos'],
    ['/api/stats', 'days', '7'],
    ['/api/stats/analytics', 'days', '0'],
    ['/api/stats/analytics', 'days', '401'],
    ['/api/stats/analytics', 'days', '7.5'],
    ['/api/stats/analytics', 'timezone', '+05:30'],
  ])('%s refuses %s=%s', async (path, name, value) => {
    const { status, body } = await get(path, { [name]: value })
    expect([status, body.errors[0].pointer]).toEqual([400, `/query/${name}`])
  })

  it('takes 400 days', async () => {
    const { status, body } = await get('/api/stats/analytics', { days: '400' })
    expect([status, body.perDay.length, body.total.total]).toEqual([200, 400, 11])
  })
})
