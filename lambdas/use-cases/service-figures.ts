import { lastLocalDays } from '../domain/figures/local-time.ts'
import type { ServiceAnalyticsView, ServiceStatsView } from '../domain/figures/service-view.ts'
import { periodsFrom, runPeriods, runTrend } from '../domain/figures/sums.ts'
import type { Clock } from '../ports/clock.ts'
import type { FiguresReader } from '../ports/figures-store.ts'
import type { JobCounts, ServiceLists } from '../ports/service-lists.ts'
import type { UserDirectory } from '../ports/user-directory.ts'
import type { AnalyticsQuery } from './read-analytics.ts'
import { readServiceFigures } from './read-service-figures.ts'

export type ServiceFiguresDeps = {
  readonly directory: Pick<UserDirectory, 'count'> & { admins(): Promise<readonly unknown[]> }
  readonly service: Pick<ServiceLists, 'jobCounts' | 'jobsCreated' | 'changes'>
  readonly figures: FiguresReader
  readonly clock: Clock
}

/** Users and jobs as they are at this moment, and the runs of all of them. @param timezone IANA; its midnights part the days. */
export async function readServiceStats(deps: ServiceFiguresDeps, timezone: string): Promise<ServiceStatsView> {
  const now = deps.clock()
  const [total, admins, byStatus, figures] = await Promise.all([
    deps.directory.count(),
    deps.directory.admins(),
    deps.service.jobCounts(),
    readServiceFigures(deps, periodsFrom(timezone, now)),
  ])
  return {
    timezone,
    asOf: new Date(now).toISOString(),
    users: { total, admins: admins.length },
    jobs: { total: totalOf(byStatus), byStatus },
    runsCountedUpTo: instantText(figures.upTo),
    runs: runPeriods(figures, timezone, now),
  }
}

const totalOf = ({ ACTIVE, PAUSED, COMPLETED }: JobCounts): number => ACTIVE + PAUSED + COMPLETED

/** Nothing was ever planned in 1970: that far it has been counted before the first count. */
const instantText = (upTo: number): string | null => (upTo === 0 ? null : new Date(upTo).toISOString())

/** What was made, changed and run on each of the last days. */
export async function readServiceAnalytics(
  deps: ServiceFiguresDeps,
  { days, timezone }: AnalyticsQuery,
): Promise<ServiceAnalyticsView> {
  const { service, clock } = deps
  const now = clock()
  const localDays = lastLocalDays(timezone, now, days)
  const [figures, made] = await Promise.all([
    readServiceFigures(deps, localDays.from),
    Promise.all(
      localDays.dates.map(async (_, place) => {
        const { from, to } = localDays.spanOf(place)
        const [jobsCreated, changes] = await Promise.all([service.jobsCreated(from, to), service.changes(from, to)])
        return { jobsCreated, changes }
      }),
    ),
  ])
  const { total, perDay, perHour } = runTrend(figures, localDays)
  return {
    timezone,
    days,
    from: new Date(localDays.from).toISOString(),
    asOf: new Date(now).toISOString(),
    runsCountedUpTo: instantText(figures.upTo),
    total,
    perDay: perDay.map((day, place) => ({ ...day, ...(made[place] ?? { jobsCreated: 0, changes: 0 }) })),
    perHour,
  }
}
