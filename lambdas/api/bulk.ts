import * as z from 'zod'
import type { Unauthored } from '../domain/audit/author.ts'
import { notFound } from '../domain/refusal.ts'
import { type BulkTask, DELETION_ID } from '../domain/task/task.ts'
import { ok } from '../http/answer.ts'
import { requireScope } from '../http/authenticate.ts'
import { type BulkBody, bulkContracts } from '../http/contracts/bulk.ts'
import { decodeCursor, encodeCursor } from '../http/cursor.ts'
import { type EndpointsOf, userEndpoint } from '../http/endpoint.ts'
import type { SigningKey } from '../ports/signing-key.ts'
import { type BeginBulkDeps, beginBulk } from '../use-cases/begin-bulk.ts'

export type BulkDeps = BeginBulkDeps & { readonly signingKey: SigningKey }

/** How many results were shown before. */
const Position = z.int().nonnegative()

const FIRST_PAGE = 100

function requestOf(tenant: string, { action, jobIds, filter, tags = [], removeTags = [] }: BulkBody) {
  const common = { tenant, action, addTags: tags, removeTags }
  return jobIds ? { ...common, jobIds } : { ...common, filter: filter ?? {} }
}

async function view(deps: Unauthored<BulkDeps>, task: BulkTask, after: number, limit: number) {
  const { tenant, id } = task
  const results = await deps.tasks.results(tenant, id, { after, limit })
  const shown = after + results.length
  const total = Object.values(task.counts).reduce((sum, count) => sum + count, 0)
  const scope = { tenant, route: 'readBulk', filters: { bulkId: id } }
  return {
    bulkId: id,
    action: task.action,
    state: task.isDone ? 'DONE' : 'RUNNING',
    counts: task.counts,
    results,
    nextCursor: shown < total ? encodeCursor(scope, shown, await deps.signingKey.read()) : null,
    createdAt: new Date(task.createdAt).toISOString(),
    updatedAt: new Date(task.updatedAt).toISOString(),
  }
}

async function readTask(deps: Unauthored<BulkDeps>, tenant: string, bulkId: string): Promise<BulkTask> {
  const task = bulkId === DELETION_ID ? undefined : await deps.tasks.read(tenant, bulkId)
  if (task?.kind !== 'BULK') throw notFound('bulk request')
  return task
}

/** Serves what is done to many jobs at once: the jobs function may do to each what is asked for. */
export function bulkEndpoints(deps: Unauthored<BulkDeps>): Pick<EndpointsOf<'jobs'>, 'bulkJobs' | 'readBulk'> {
  return {
    bulkJobs: userEndpoint(bulkContracts.bulkJobs, async ({ body, author, claimed }, caller) => {
      if (body.action === 'run') requireScope(caller, 'run')
      const task = await beginBulk({ ...deps, author }, requestOf(caller.tenant, body), claimed)
      return {
        status: task.isDone ? 200 : 202,
        headers: { location: `/api/jobs/bulk/${task.id}` },
        body: await view(deps, task, 0, FIRST_PAGE),
      }
    }),
    readBulk: userEndpoint(bulkContracts.readBulk, async ({ params, query }, { tenant }) => {
      const scope = { tenant, route: 'readBulk', filters: params }
      const key = await deps.signingKey.read()
      const after = query.cursor === undefined ? 0 : decodeCursor(scope, query.cursor, Position, key)
      return ok(await view(deps, await readTask(deps, tenant, params.bulkId), after, query.limit))
    }),
  }
}
