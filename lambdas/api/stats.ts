import { ok } from '../http/answer.ts'
import { type ApiFunctionDeps, apiFunction } from '../http/api-function.ts'
import { statsContracts } from '../http/contracts/stats.ts'
import { userEndpoint } from '../http/endpoint.ts'
import { type ReadAnalyticsDeps, readAnalytics } from '../use-cases/read-analytics.ts'
import { type ReadStatsDeps, readStats } from '../use-cases/read-stats.ts'

export type StatsDeps = ApiFunctionDeps & ReadStatsDeps & ReadAnalyticsDeps

/** Serves `/api/stats`: what a tenant's jobs and runs come to. */
export const statsFunction = (deps: StatsDeps) =>
  apiFunction(
    'stats',
    {
      readStats: userEndpoint(statsContracts.readStats, async ({ query }, { tenant }) =>
        ok(await readStats(deps, tenant, query.timezone)),
      ),
      readAnalytics: userEndpoint(statsContracts.readAnalytics, async ({ query }, { tenant }) =>
        ok(await readAnalytics(deps, tenant, query)),
      ),
    },
    deps,
  )
