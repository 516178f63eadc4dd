import type { Unauthored } from '../domain/audit/author.ts'
import { deleteJob } from '../domain/job/change-job.ts'
import { etagOf } from '../domain/job/etag.ts'
import { type Job, JobDefinition } from '../domain/job/job.ts'
import { jobSchedule } from '../domain/job/job-schedule.ts'
import { type JobSnapshot, jobView } from '../domain/job/job-view.ts'
import { pausedJob, resumedJob } from '../domain/job/switch-job.ts'
import { mergePatch } from '../domain/json-merge-patch.ts'
import { refuseFaults } from '../domain/refusal.ts'
import type { Cidr } from '../domain/target/address-policy.ts'
import { type Answer, noContent, ok } from '../http/answer.ts'
import { type ApiFunctionDeps, apiFunction } from '../http/api-function.ts'
import { JobId, jobsContracts } from '../http/contracts/jobs.ts'
import { decodeCursor, encodeCursor } from '../http/cursor.ts'
import { describeIssues } from '../http/describe-issue.ts'
import { accountEndpoint, userEndpoint } from '../http/endpoint.ts'
import type { SigningKey } from '../ports/signing-key.ts'
import { type ChangeJobDeps, changeJob, readJob } from '../use-cases/change-job.ts'
import { type ChangePlanDeps, changePlan } from '../use-cases/change-plan.ts'
import { type CreateJobDeps, createJob } from '../use-cases/create-job.ts'
import { listJobs } from '../use-cases/list-jobs.ts'
import { redefineJob } from '../use-cases/redefine-job.ts'
import { type RequestRunDeps, requestRun } from '../use-cases/request-run.ts'
import { type BulkDeps, bulkEndpoints } from './bulk.ts'
import { type TemplatesDeps, templateEndpoints } from './templates.ts'
import { type TransferDeps, transferEndpoints } from './transfer.ts'

export type JobsDeps = ApiFunctionDeps &
  Unauthored<
    CreateJobDeps & ChangeJobDeps & RequestRunDeps & ChangePlanDeps & TransferDeps & BulkDeps & TemplatesDeps
  > & {
    readonly signingKey: SigningKey
    /** Ranges that targets may be in although they are not public. */
    readonly allowCidrs: readonly Cidr[]
  }

/** What a request says of the host that it reached us under: no job may call it. */
const targetsOf = (deps: JobsDeps, origin: string) => ({
  allowCidrs: deps.allowCidrs,
  ownHosts: [new URL(origin).host],
})

/** 202 while EventBridge has not followed yet. */
function jobAnswer(deps: JobsDeps, snapshot: JobSnapshot, status: 200 | 201): Answer {
  const { job } = snapshot
  return {
    status: job.syncState === 'SYNCED' ? status : 202,
    headers: { etag: etagOf(job.version), ...(status === 201 ? { location: `/api/jobs/${job.id}` } : {}) },
    body: jobView(snapshot, deps.clock()),
  }
}

/** @throws Refusal naming every field of a patched job that is not valid. */
function patched(job: Job, patch: Readonly<Record<string, unknown>>): JobDefinition {
  // A null takes a field away before anything could see that there is no such field.
  const unknown = Object.keys(patch).filter((name) => !Object.hasOwn(JobDefinition.shape, name))
  if (unknown.length > 0) {
    throw refuseFaults(unknown.map((name) => ({ pointer: `/${name}`, detail: 'is not a known field' })))
  }
  const merged = mergePatch(job.definition, patch)
  const parsed = JobDefinition.safeParse(merged)
  if (parsed.success) return parsed.data
  throw refuseFaults(describeIssues(parsed.error.issues, merged, ''))
}

async function list(
  deps: JobsDeps,
  tenant: string,
  query: { limit: number; cursor?: string | undefined } & Parameters<typeof listJobs>[2]['filter'],
) {
  const { limit, cursor, ...filter } = query
  const key = await deps.signingKey.read()
  const scope = { tenant, route: 'listJobs', filters: filter }
  const after = cursor === undefined ? undefined : decodeCursor(scope, cursor, JobId, key)
  const { items, next } = await listJobs(deps, tenant, { filter, limit, after })
  return { items, nextCursor: next === undefined ? null : encodeCursor(scope, next, key) }
}

function nextOccurrences(job: Job, count: number, now: number): readonly string[] {
  if (job.desired !== 'ACTIVE') return []
  const next: string[] = []
  for (const instant of jobSchedule(job).occurrencesAfter(now)) {
    next.push(new Date(instant).toISOString())
    if (next.length === count) break
  }
  return next
}

/** Serves `/api/jobs`. */
export const jobsFunction = (deps: JobsDeps) =>
  apiFunction(
    'jobs',
    {
      createJob: userEndpoint(jobsContracts.createJob, async ({ body, origin, author, claimed }, { tenant }) => {
        const wanted = { tenant, definition: body, targets: targetsOf(deps, origin), claimed }
        const snapshot = await createJob({ ...deps, author }, wanted)
        return jobAnswer(deps, snapshot, 201)
      }),
      listJobs: userEndpoint(jobsContracts.listJobs, async ({ query }, { tenant }) =>
        ok(await list(deps, tenant, query)),
      ),
      readJob: userEndpoint(jobsContracts.readJob, async ({ params }, { tenant }) => {
        const snapshot = await readJob(deps, tenant, params.jobId)
        return ok(jobView(snapshot, deps.clock()), { etag: etagOf(snapshot.job.version) })
      }),
      replaceJob: userEndpoint(
        jobsContracts.replaceJob,
        async ({ params, body, ifMatch, origin, author }, { tenant }) => {
          const targets = targetsOf(deps, origin)
          const redefinition = { tenant, ...params, ifMatch, targets, definition: () => body }
          return jobAnswer(deps, await redefineJob({ ...deps, author }, redefinition), 200)
        },
      ),
      patchJob: userEndpoint(jobsContracts.patchJob, async ({ params, body, ifMatch, origin, author }, { tenant }) => {
        const targets = targetsOf(deps, origin)
        const redefinition = { tenant, ...params, ifMatch, targets, definition: (job: Job) => patched(job, body) }
        return jobAnswer(deps, await redefineJob({ ...deps, author }, redefinition), 200)
      }),
      deleteJob: userEndpoint(jobsContracts.deleteJob, async ({ params, ifMatch, author }, { tenant }) => {
        await changeJob({ ...deps, author }, { tenant, ...params, ifMatch, change: deleteJob })
        return noContent
      }),
      pauseJob: userEndpoint(jobsContracts.pauseJob, async ({ params, ifMatch, author }, { tenant }) =>
        jobAnswer(deps, await changeJob({ ...deps, author }, { tenant, ...params, ifMatch, change: pausedJob }), 200),
      ),
      resumeJob: userEndpoint(jobsContracts.resumeJob, async ({ params, ifMatch, author }, { tenant }) =>
        jobAnswer(deps, await changeJob({ ...deps, author }, { tenant, ...params, ifMatch, change: resumedJob }), 200),
      ),
      runJob: userEndpoint(jobsContracts.runJob, async ({ params, author, claimed }, { tenant }) => {
        const runId = await requestRun({ ...deps, author }, tenant, params.jobId, claimed)
        return { status: 202, headers: { location: `/api/runs/${runId}` }, body: { runId } }
      }),
      readNext: userEndpoint(jobsContracts.readNext, async ({ params, query }, { tenant }) => {
        const { job } = await readJob(deps, tenant, params.jobId)
        return ok({ next: nextOccurrences(job, query.count, deps.clock()), timezone: job.definition.timezone })
      }),
      changePlan: accountEndpoint(jobsContracts.changePlan, async ({ body, author }, caller) =>
        ok(await changePlan({ ...deps, author }, caller, body.plan)),
      ),
      ...bulkEndpoints(deps),
      ...transferEndpoints(deps, (origin) => targetsOf(deps, origin)),
      ...templateEndpoints(deps, (origin) => targetsOf(deps, origin)),
    },
    deps,
  )
