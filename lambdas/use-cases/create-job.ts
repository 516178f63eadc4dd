import { refuseDeleted } from '../domain/account/account.ts'
import { planLimits } from '../domain/account/plan.ts'
import type { Authored } from '../domain/audit/author.ts'
import { jobCreated } from '../domain/audit/job-audit.ts'
import { newJob } from '../domain/job/change-job.ts'
import type { JobDefinition } from '../domain/job/job.ts'
import type { JobSnapshot } from '../domain/job/job-view.ts'
import { Refusal } from '../domain/refusal.ts'
import { noActivity } from '../domain/run/activity.ts'
import type { TargetUrlPolicy } from '../domain/target/target-url.ts'
import type { JobStore } from '../ports/job-store.ts'
import { type CheckDefinitionDeps, checkDefinition } from './check-definition.ts'
import { ensureSigningKey } from './ensure-signing-key.ts'
import { type FindHostPlaceDeps, findHostPlace } from './find-host-place.ts'
import type { GenerateSecretDeps } from './generate-secret.ts'
import { type SyncSchedulesDeps, syncSchedules } from './sync-schedules.ts'

export type CreateJobDeps = Authored &
  CheckDefinitionDeps &
  FindHostPlaceDeps &
  SyncSchedulesDeps &
  GenerateSecretDeps & {
    readonly jobs: JobStore
    /** A new ULID for an instant, epoch ms. */
    readonly newId: (now: number) => string
  }

/** Stores a job and makes its schedules. The job is acknowledged once its row is written, whatever happens then. */
export async function createJob(
  deps: CreateJobDeps,
  input: { readonly tenant: string; readonly definition: JobDefinition; readonly targets: TargetUrlPolicy },
): Promise<JobSnapshot> {
  const { tenant, definition, targets } = input
  const account = await deps.accounts.read(tenant)
  refuseDeleted(account)
  const { plan } = account
  await checkDefinition(deps, definition, { tenant, plan, targets })
  if (definition.sign) await ensureSigningKey(deps, tenant)
  const now = deps.clock()
  const place = await findHostPlace(deps, definition.targetUrl)
  const job = newJob({ tenant, plan, id: deps.newId(now), definition, ...place }, now)
  const limit = planLimits[plan].jobs
  if (!(await deps.jobs.create(job, limit, jobCreated(deps.author, job)))) {
    throw new Refusal('plan-limit', `The plan ${plan} allows ${limit} jobs, and there are as many already.`)
  }
  return { job: await syncSchedules(deps, job), activity: noActivity, newest: undefined }
}
