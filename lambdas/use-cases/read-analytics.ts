import type { Figures } from '../domain/figures/figures.ts'
import { runCounts } from '../domain/figures/figures-view.ts'
import { lastLocalDays } from '../domain/figures/local-time.ts'
import type { AnalyticsView, JobFigures } from '../domain/figures/stats-view.ts'
import { runTrend } from '../domain/figures/sums.ts'
import { sumOf } from '../domain/figures/tally.ts'
import type { JobSummaries } from '../ports/job-summaries.ts'
import { type ReadFiguresDeps, readFigures } from './read-figures.ts'

export type ReadAnalyticsDeps = ReadFiguresDeps & { readonly summaries: JobSummaries }

export type AnalyticsQuery = {
  /** How many days, today included. */
  readonly days: number
  /** IANA. */
  readonly timezone: string
}

const MOST_JOBS = 1000
const HEAD = 10

/** A tenant's runs by day, by hour of the day and by job. */
export async function readAnalytics(
  deps: ReadAnalyticsDeps,
  tenant: string,
  { days, timezone }: AnalyticsQuery,
): Promise<AnalyticsView> {
  const now = deps.clock()
  const localDays = lastLocalDays(timezone, now, days)
  const { from } = localDays
  const [figures, names] = await Promise.all([
    readFigures(deps, tenant, { from, withJobs: true }),
    namesOf(deps.summaries, tenant),
  ])
  return {
    timezone,
    days,
    from: new Date(from).toISOString(),
    asOf: new Date(now).toISOString(),
    ...runTrend(figures, localDays),
    ...ranked(jobFigures(figures, names)),
  }
}

async function namesOf(summaries: JobSummaries, tenant: string): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for await (const { id, definition } of summaries.ofTenant(tenant)) names.set(id, definition.name)
  return names
}

function jobFigures({ jobs }: Figures, names: ReadonlyMap<string, string>): readonly JobFigures[] {
  return [...jobs].flatMap(([jobId, parts]) => {
    const jobName = names.get(jobId)
    const sum = sumOf(parts.values())
    const counts = runCounts(sum)
    if (jobName === undefined || counts.total === 0) return []
    return [{ jobId, jobName, ...counts, longestDurationMs: sum.timed === 0 ? null : sum.longestMs }]
  })
}

function ranked(all: readonly JobFigures[]) {
  const by = (jobs: readonly JobFigures[], measure: (job: JobFigures) => number, most: number) =>
    jobs.toSorted((a, b) => measure(b) - measure(a) || (a.jobId < b.jobId ? -1 : 1)).slice(0, most)
  const unreliable = all.filter(({ successRate }) => successRate !== null && successRate < 1)
  const timed = all.filter(({ averageDurationMs }) => averageDurationMs !== null)
  return {
    jobs: by(all, ({ total }) => total, MOST_JOBS),
    slowestJobs: by(timed, ({ averageDurationMs }) => averageDurationMs ?? 0, HEAD),
    leastReliableJobs: by(unreliable, ({ successRate }) => 1 - (successRate ?? 1), HEAD),
  }
}
