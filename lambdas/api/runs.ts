import * as z from 'zod'
import type { Unauthored } from '../domain/audit/author.ts'
import type { RunStatus } from '../domain/run/run.ts'
import { runView } from '../domain/run/run-view.ts'
import { ok } from '../http/answer.ts'
import { type ApiFunctionDeps, apiFunction } from '../http/api-function.ts'
import { runsContracts } from '../http/contracts/runs.ts'
import { decodeCursor, encodeCursor } from '../http/cursor.ts'
import { userEndpoint } from '../http/endpoint.ts'
import type { SigningKey } from '../ports/signing-key.ts'
import { type CancelRunDeps, cancelRun } from '../use-cases/cancel-run.ts'
import { type ListRunsDeps, listRuns } from '../use-cases/list-runs.ts'
import { type ReadRunDeps, readRun } from '../use-cases/read-run.ts'

export type RunsDeps = ApiFunctionDeps &
  ListRunsDeps &
  ReadRunDeps &
  Unauthored<CancelRunDeps> & { readonly signingKey: SigningKey }

type Query = {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly status?: RunStatus | undefined
  readonly jobId?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
}

const instantOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text))

async function list(deps: RunsDeps, tenant: string, route: string, query: Query) {
  const { limit, cursor, status, jobId, from, to } = query
  const key = await deps.signingKey.read()
  const scope = { tenant, route, filters: { status, jobId, from, to } }
  const after = cursor === undefined ? undefined : decodeCursor(scope, cursor, z.string(), key)
  const filter = { status, from: instantOf(from), to: instantOf(to) }
  const { items, next } = await listRuns(deps, { tenant, jobId, filter, limit, after })
  return {
    items: items.map((run) => runView(run, deps.clock())),
    nextCursor: next === undefined ? null : encodeCursor(scope, next, key),
  }
}

/** Serves `/api/runs` and the runs of a job. */
export const runsFunction = (deps: RunsDeps) =>
  apiFunction(
    'runs',
    {
      listJobRuns: userEndpoint(runsContracts.listJobRuns, async ({ params, query }, { tenant }) =>
        ok(await list(deps, tenant, 'listJobRuns', { ...query, ...params })),
      ),
      listRuns: userEndpoint(runsContracts.listRuns, async ({ query }, { tenant }) =>
        ok(await list(deps, tenant, 'listRuns', query)),
      ),
      readRun: userEndpoint(runsContracts.readRun, async ({ params }, { tenant }) =>
        ok(runView(await readRun(deps, tenant, params.runId), deps.clock())),
      ),
      cancelRun: userEndpoint(runsContracts.cancelRun, async ({ params, author }, { tenant }) => {
        await cancelRun({ ...deps, author }, tenant, params.runId)
        const message = 'The run is being cancelled. The target may already have acted on the call.'
        return { status: 202, body: { ...params, message } }
      }),
    },
    deps,
  )
