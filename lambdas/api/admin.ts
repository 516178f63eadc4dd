import * as z from 'zod'
import type { UserCaller } from '../domain/account/caller.ts'
import { auditView } from '../domain/audit/audit-view.ts'
import type { Unauthored } from '../domain/audit/author.ts'
import { withoutCredentials } from '../domain/audit/shown-definition.ts'
import { type JobSnapshot, jobView } from '../domain/job/job-view.ts'
import { notFound, Refusal } from '../domain/refusal.ts'
import type { Run } from '../domain/run/run.ts'
import { runView } from '../domain/run/run-view.ts'
import type { DeletionTask } from '../domain/task/task.ts'
import { type Answer, ok } from '../http/answer.ts'
import { type ApiFunctionDeps, apiFunction } from '../http/api-function.ts'
import type { Contract } from '../http/contract.ts'
import { adminContracts } from '../http/contracts/admin.ts'
import { decodeCursor, encodeCursor } from '../http/cursor.ts'
import { type AdminEndpoint, type AuthoredRequest, accountEndpoint, adminEndpoint } from '../http/endpoint.ts'
import type { AuditTrail } from '../ports/audit-trail.ts'
import type { JobStore, Page } from '../ports/job-store.ts'
import type { RunHistory } from '../ports/run-history.ts'
import type { ServiceLists } from '../ports/service-lists.ts'
import type { SigningKey } from '../ports/signing-key.ts'
import type { UserDirectory } from '../ports/user-directory.ts'
import { type BeginDeletionDeps, beginDeletion } from '../use-cases/begin-deletion.ts'
import { type ChangeRoleDeps, changeRole } from '../use-cases/change-role.ts'
import { type ListUsersDeps, listUsers, readUser } from '../use-cases/list-users.ts'
import { readServiceAnalytics, readServiceStats, type ServiceFiguresDeps } from '../use-cases/service-figures.ts'
import { auditPage } from './audit-page.ts'

export type AdminDeps = ApiFunctionDeps &
  Unauthored<BeginDeletionDeps & ChangeRoleDeps> &
  ListUsersDeps &
  ServiceFiguresDeps & {
    readonly directory: UserDirectory
    readonly service: ServiceLists
    readonly jobs: Pick<JobStore, 'page'>
    readonly history: Pick<RunHistory, 'ofTenant'>
    readonly trail: AuditTrail
    readonly signingKey: SigningKey
  }

/** Who deletes their account must have given their password this short a time ago, ms. */
const FRESH_MS = 5 * 60_000

/** Lists of admins are everybody's: their cursors belong to none of the tenants. */
const SERVICE = 'service'

const deletionView = (task: DeletionTask) => ({
  userId: task.tenant,
  state: task.isDone || task.isLastPass || task.step === 'SETTLING' ? 'DELETED' : 'DELETING',
  step: task.step,
  deleted: task.deleted,
  startedAt: new Date(task.createdAt).toISOString(),
})

/** What was typed into a job may be a credential of its owner's. */
const jobOf = ({ job, activity, newest }: JobSnapshot, now: number) => ({
  userId: job.tenant,
  ...jobView({ job: { ...job, definition: withoutCredentials(job.definition) }, activity, newest }, now),
})

/** What was sent and what was answered is the owner's. */
const runOf = (run: Run, now: number) => ({
  userId: run.tenant,
  ...runView({ ...run, request: null, response: null }, now),
})

type ListQuery = { readonly limit: number; readonly cursor?: string | undefined }

/** A page of a list, with its cursor. */
async function page<Item, View>(
  { signingKey }: Pick<AdminDeps, 'signingKey'>,
  list: { readonly route: string; readonly filters: Readonly<Record<string, string | undefined>> },
  { limit, cursor }: ListQuery,
  read: (limit: number, after: string | undefined) => Promise<Page<Item>>,
  view: (item: Item) => View,
) {
  const key = await signingKey.read()
  const scope = { tenant: SERVICE, ...list }
  const after = cursor === undefined ? undefined : decodeCursor(scope, cursor, z.string(), key)
  const { items, next } = await read(limit, after)
  return { items: items.map(view), nextCursor: next === undefined ? null : encodeCursor(scope, next, key) }
}

const instantOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text))

function requireFresh({ session }: UserCaller, now: number): void {
  if (session && now - session.startedAt <= FRESH_MS) return
  throw new Refusal('unauthenticated', 'Log in again, and send this within five minutes with the new access token.')
}

/** Admin endpoints that ask, each time, whether their caller still is one. */
const endpointsFor =
  (deps: AdminDeps) =>
  <Params, Query, Body>(
    contract: Contract<Params, Query, Body>,
    handle: (request: AuthoredRequest<Params, Query, Body>) => Promise<Answer>,
  ): AdminEndpoint =>
    adminEndpoint(contract, ({ tenant }) => deps.directory.isAdmin(tenant), handle)

function listEndpoints(deps: AdminDeps) {
  const admin = endpointsFor(deps)
  return {
    listServiceJobs: admin(adminContracts.listServiceJobs, async ({ query: { userId, ...query } }) => {
      const list = { route: 'listServiceJobs', filters: { userId } }
      const read = (limit: number, after: string | undefined) =>
        userId === undefined ? deps.service.jobs(limit, after) : deps.jobs.page(userId, limit, after)
      return ok(await page(deps, list, query, read, (job) => jobOf(job, deps.clock())))
    }),
    listServiceRuns: admin(
      adminContracts.listServiceRuns,
      async ({ query: { userId, status, from, to, ...query } }) => {
        const list = { route: 'listServiceRuns', filters: { userId, status, from, to } }
        const filter = { status, from: instantOf(from), to: instantOf(to) }
        const read = (limit: number, after: string | undefined) =>
          userId === undefined
            ? deps.service.runs(filter, limit, after)
            : deps.history.ofTenant(userId, filter, limit, after)
        return ok(await page(deps, list, query, read, (run) => runOf(run, deps.clock())))
      },
    ),
    listServiceAudit: admin(adminContracts.listServiceAudit, async ({ query: { userId, ...query } }) =>
      ok(
        await auditPage(
          deps,
          { tenant: SERVICE, route: 'listServiceAudit', userId },
          query,
          (filter, limit, after) =>
            userId === undefined
              ? deps.trail.ofService(filter, limit, after)
              : deps.trail.ofTenant(userId, filter, limit, after),
          (entry) => auditView(entry, true),
        ),
      ),
    ),
  }
}

function userEndpoints(deps: AdminDeps) {
  const admin = endpointsFor(deps)
  const accepted = async (request: Pick<AuthoredRequest<unknown, unknown, unknown>, 'author'>, userId: string) => {
    const task = await beginDeletion({ ...deps, author: request.author }, userId)
    return { status: 202, body: deletionView(task) }
  }
  return {
    listUsers: admin(adminContracts.listUsers, async ({ query: { q, ...query } }) => {
      const list = { route: 'listUsers', filters: { q } }
      const read = (limit: number, after: string | undefined) => listUsers(deps, { q, limit, after })
      return ok(await page(deps, list, query, read, (user) => user))
    }),
    readUser: admin(adminContracts.readUser, async ({ params }) => {
      const { user, deletion } = await readUser(deps, params.userId)
      return ok({ user: user ?? null, deletion: deletion ? deletionView(deletion) : null })
    }),
    changeRole: admin(adminContracts.changeRole, async ({ params, body, author }) => {
      await changeRole({ ...deps, author }, params.userId, body.role)
      const { user } = await readUser(deps, params.userId)
      if (!user) throw notFound('user')
      return ok({ ...user, role: body.role })
    }),
    deleteUser: admin(adminContracts.deleteUser, async (request) => accepted(request, request.params.userId)),
    deleteMe: accountEndpoint(adminContracts.deleteMe, async (request, caller) => {
      requireFresh(caller, deps.clock())
      return accepted(request, caller.tenant)
    }),
  }
}

/** Serves `/api/admin`, and the end of an account: what can be done to users is all here, in one function's hands. */
export function adminFunction(deps: AdminDeps) {
  const admin = endpointsFor(deps)
  return apiFunction(
    'admin',
    {
      ...listEndpoints(deps),
      ...userEndpoints(deps),
      readServiceStats: admin(adminContracts.readServiceStats, async ({ query }) =>
        ok(await readServiceStats(deps, query.timezone)),
      ),
      readServiceAnalytics: admin(adminContracts.readServiceAnalytics, async ({ query }) =>
        ok(await readServiceAnalytics(deps, query)),
      ),
    },
    deps,
  )
}
