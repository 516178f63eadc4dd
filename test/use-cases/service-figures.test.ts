import { ulid } from 'ulid'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { jobCreated } from '../../lambdas/domain/audit/job-audit.ts'
import { ServiceAnalyticsView, ServiceStatsView } from '../../lambdas/domain/figures/service-view.ts'
import { completeJob, deleteJob, disabledJob, editJob } from '../../lambdas/domain/job/change-job.ts'
import type { Job } from '../../lambdas/domain/job/job.ts'
import { someJob } from '../contracts/job-store.ts'
import { somebody } from '../support/author.ts'
import { type FiguresWorld, startFiguresWorld } from '../support/figures-world.ts'

const NOW = Date.parse('2026-11-01T12:17:00Z')

let world: FiguresWorld
beforeEach(async () => {
  world = await startFiguresWorld(new Date(NOW).toISOString())
})
afterEach(() => world.stop())

async function job(tenant: string, change: (job: Job) => Job = (same) => same): Promise<Job> {
  const made = await world.createJob(tenant)
  const changed = change(made)
  if (changed !== made) expect(await world.jobs.replace(changed, made.version)).toBe(true)
  return changed
}

const ranAt = (made: Job, instant: string, status: 'SUCCEEDED' | 'FAILED', durationMs: number) =>
  world.end({ tenant: made.tenant, jobId: made.id, plannedAt: Date.parse(instant), status, durationMs })

describe('the figures of the whole service', () => {
  it('are those of all tenants together, by the clocks of the time zone, up to the last counted hour', async () => {
    const [first, second] = [await job('tenant-a'), await job('tenant-b')]
    await ranAt(first, '2026-11-01T11:10:00Z', 'SUCCEEDED', 100)
    await ranAt(second, '2026-11-01T10:05:00Z', 'FAILED', 300)
    await ranAt(second, '2026-10-31T18:29:00Z', 'SUCCEEDED', 200)
    await ranAt(second, '2026-10-31T18:31:00Z', 'SUCCEEDED', 200)
    await ranAt(first, '2026-10-20T00:00:00Z', 'SUCCEEDED', 200)
    await ranAt(first, '2026-11-01T12:05:00Z', 'SUCCEEDED', 100)
    await world.count()
    const stats = await world.serviceStats()
    expect(ServiceStatsView.parse(stats)).toEqual(stats)
    expect(stats).toMatchObject({
      timezone: 'UTC',
      runsCountedUpTo: '2026-11-01T12:00:00.000Z',
      users: { total: 3, admins: 1 },
      runs: {
        today: { from: '2026-11-01T00:00:00.000Z', total: 2, successRate: 0.5, averageDurationMs: 200 },
        '7d': { from: '2026-10-26T00:00:00.000Z', total: 4, byStatus: { SUCCEEDED: 3, FAILED: 1 } },
        '30d': { total: 5 },
      },
    })
    // In Kolkata the day began at half past six in the evening.
    expect((await world.serviceStats('Asia/Kolkata')).runs).toMatchObject({
      today: { from: '2026-10-31T18:30:00.000Z', total: 3 },
    })
    const analytics = await world.serviceAnalytics(2, 'Asia/Kolkata')
    expect(ServiceAnalyticsView.parse(analytics)).toEqual(analytics)
    expect(analytics).toMatchObject({ from: '2026-10-30T18:30:00.000Z', total: { total: 4 } })
    expect(analytics.perDay.map(({ date, total }) => [date, total])).toEqual([
      ['2026-10-31', 1],
      ['2026-11-01', 3],
    ])
    expect(analytics.perHour.filter(({ total }) => total > 0).map(({ hour, total }) => [hour, total])).toEqual([
      [0, 1],
      [15, 1],
      [16, 1],
      [23, 1],
    ])
  })

  it('have no runs before the first count, and say so', async () => {
    const made = await job('tenant-a')
    await ranAt(made, '2026-11-01T11:10:00Z', 'SUCCEEDED', 100)
    expect(await world.serviceStats()).toMatchObject({ runsCountedUpTo: null, runs: { today: { total: 0 } } })
  })

  it('count jobs by status, however they came to it', async () => {
    const none = { total: 0, byStatus: { ACTIVE: 0, PAUSED: 0, COMPLETED: 0 } }
    expect((await world.serviceStats()).jobs).toEqual(none)
    await job('tenant-a')
    await job('tenant-a', (made) => editJob(made, { ...made.definition, enabled: false }, NOW))
    await job('tenant-b', (made) => disabledJob(made, { code: 'GONE', message: 'It is gone.' }, NOW))
    const through = await job('tenant-b', (made) => completeJob(made, NOW))
    const deleted = await job('tenant-b', (made) => completeJob(made, NOW))
    await world.jobs.replace(deleteJob({ ...deleted, counted: deleted.load }, NOW), deleted.version)
    expect((await world.serviceStats()).jobs).toEqual({ total: 4, byStatus: { ACTIVE: 1, PAUSED: 2, COMPLETED: 1 } })
    const again = editJob({ ...through, counted: through.load }, { ...through.definition, enabled: true }, NOW)
    await world.jobs.replace(again, through.version)
    expect((await world.serviceStats()).jobs.byStatus).toEqual({ ACTIVE: 2, PAUSED: 2, COMPLETED: 0 })
  })

  it('count jobs and changes by days that lie in two months of UTC', async () => {
    for (const at of ['2026-10-31T18:29:00Z', '2026-10-31T18:31:00Z', '2026-11-01T06:00:00Z']) {
      const createdAt = Date.parse(at)
      const made = { ...someJob('tenant-a'), id: ulid(createdAt), createdAt, updatedAt: createdAt }
      await world.jobs.create(made, 1000, jobCreated(somebody, made))
    }
    const { perDay } = await world.serviceAnalytics(3, 'Asia/Kolkata')
    expect(perDay.map(({ date, jobsCreated, changes }) => [date, jobsCreated, changes])).toEqual([
      ['2026-10-30', 0, 0],
      ['2026-10-31', 1, 1],
      ['2026-11-01', 2, 2],
    ])
  })
})
