import { planLimits } from '../domain/account/plan.ts'
import { newJob } from '../domain/job/change-job.ts'
import type { JobDefinition } from '../domain/job/job.ts'
import type { JobSnapshot } from '../domain/job/job-view.ts'
import { Refusal } from '../domain/refusal.ts'
import { noActivity } from '../domain/run/activity.ts'
import type { TargetUrlPolicy } from '../domain/target/target-url.ts'
import type { AccountStore } from '../ports/account-store.ts'
import type { JobStore } from '../ports/job-store.ts'
import { type CheckDefinitionDeps, checkDefinition } from './check-definition.ts'
import { type EnsureSigningKeyDeps, ensureSigningKey } from './ensure-signing-key.ts'
import { type SyncSchedulesDeps, syncSchedules } from './sync-schedules.ts'

export type CreateJobDeps = CheckDefinitionDeps &
  SyncSchedulesDeps &
  EnsureSigningKeyDeps & {
    readonly jobs: JobStore
    readonly accounts: AccountStore
    /** A new ULID for an instant, epoch ms. */
    readonly newId: (now: number) => string
  }

/** Stores a job and makes its schedules. The job is acknowledged once its row is written, whatever happens then. */
export async function createJob(
  input: { readonly tenant: string; readonly definition: JobDefinition; readonly targets: TargetUrlPolicy },
  deps: CreateJobDeps,
): Promise<JobSnapshot> {
  const { tenant, definition, targets } = input
  const { plan } = await deps.accounts.read(tenant)
  await checkDefinition(definition, { tenant, plan, targets }, deps)
  if (definition.sign) await ensureSigningKey(tenant, deps)
  const now = deps.clock()
  const job = newJob(tenant, deps.newId(now), definition, now)
  const limit = planLimits[plan].jobs
  if (!(await deps.jobs.create(job, limit))) {
    throw new Refusal('plan-limit', `The plan ${plan} allows ${limit} jobs, and there are as many already.`)
  }
  return { job: await syncSchedules(job, deps), activity: noActivity, newest: undefined }
}
