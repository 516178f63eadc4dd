import type { Clock } from '../ports/clock.ts'
import type { JobCounts, ServiceLists } from '../ports/service-lists.ts'
import type { UserDirectory } from '../ports/user-directory.ts'

export type ServiceFiguresDeps = {
  readonly directory: Pick<UserDirectory, 'count' | 'admins'>
  readonly service: Pick<ServiceLists, 'jobCounts' | 'jobsCreated' | 'changes'>
  readonly clock: Clock
}

const DAY_MS = 86_400_000

/** What there is at this moment. */
export async function readServiceStats({ directory, service }: ServiceFiguresDeps) {
  const [total, admins, byStatus] = await Promise.all([directory.count(), directory.admins(), service.jobCounts()])
  return {
    users: { total, admins: admins.length },
    jobs: { total: totalOf(byStatus), byStatus },
  }
}

const totalOf = ({ ACTIVE, PAUSED, COMPLETED }: JobCounts): number => ACTIVE + PAUSED + COMPLETED

/** What was done on each of the last days of UTC, today included, oldest first. */
export async function readServiceTrend({ service, clock }: ServiceFiguresDeps, days: number) {
  const today = Math.floor(clock() / DAY_MS) * DAY_MS
  const starts = Array.from({ length: days }, (_, index) => today - (days - 1 - index) * DAY_MS)
  return Promise.all(
    starts.map(async (from) => {
      const to = from + DAY_MS
      const [jobsCreated, changes] = await Promise.all([service.jobsCreated(from, to), service.changes(from, to)])
      return { date: new Date(from).toISOString().slice(0, 10), jobsCreated, changes }
    }),
  )
}
