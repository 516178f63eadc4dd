import type { StatsView } from '../domain/figures/stats-view.ts'
import { periodsFrom, runPeriods } from '../domain/figures/sums.ts'
import type { JobSummary } from '../domain/job/job-summary.ts'
import { jobStatus } from '../domain/job/job-view.ts'
import type { nextRunMemory } from '../domain/job/next-run-memory.ts'
import type { JobSummaries } from '../ports/job-summaries.ts'
import { type ReadFiguresDeps, readFigures } from './read-figures.ts'

export type ReadStatsDeps = ReadFiguresDeps & {
  readonly summaries: JobSummaries
  readonly nextRun: ReturnType<typeof nextRunMemory>
}

const NEXT_RUNS = 10

/** A tenant's jobs and runs at a glance. @param timezone IANA; its midnights part the days. */
export async function readStats(deps: ReadStatsDeps, tenant: string, timezone: string): Promise<StatsView> {
  const now = deps.clock()
  const [figures, jobs] = await Promise.all([
    readFigures(deps, tenant, { from: periodsFrom(timezone, now), withJobs: false }),
    Array.fromAsync(deps.summaries.ofTenant(tenant)),
  ])
  return {
    timezone,
    asOf: new Date(now).toISOString(),
    ...jobFigures(deps, jobs, now),
    runs: runPeriods(figures, timezone, now),
  }
}

function jobFigures({ nextRun }: ReadStatsDeps, jobs: readonly JobSummary[], now: number) {
  const byStatus = { ACTIVE: 0, PAUSED: 0, DISABLED: 0, COMPLETED: 0 }
  const planned = jobs.flatMap((job) => {
    const next = nextRun(job, now)
    byStatus[jobStatus(job, next)] += 1
    return next === undefined ? [] : [{ job, next }]
  })
  const nextRuns = planned
    .sort((a, b) => a.next - b.next || (a.job.id < b.job.id ? -1 : 1))
    .slice(0, NEXT_RUNS)
    .map(({ job, next }) => ({
      jobId: job.id,
      jobName: job.definition.name,
      plannedAt: new Date(next).toISOString(),
    }))
  return { jobs: { total: jobs.length, byStatus }, nextRuns }
}
