import { loadExcesses, refuseDeleted } from '../domain/account/account.ts'
import { planLimits } from '../domain/account/plan.ts'
import { requireNoExcess } from '../domain/account/plan-excess.ts'
import type { Authored } from '../domain/audit/author.ts'
import { jobCreated } from '../domain/audit/job-audit.ts'
import { loadOf, newJob } from '../domain/job/change-job.ts'
import type { JobDefinition } from '../domain/job/job.ts'
import { needsSigningKey } from '../domain/job/job-secrets.ts'
import type { JobSnapshot } from '../domain/job/job-view.ts'
import { Refusal } from '../domain/refusal.ts'
import { noActivity } from '../domain/run/activity.ts'
import type { TargetUrlPolicy } from '../domain/target/target-url.ts'
import type { JobStore } from '../ports/job-store.ts'
import type { Claimed } from './answer-once.ts'
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

export type WantedJob = {
  readonly tenant: string
  readonly definition: JobDefinition
  readonly targets: TargetUrlPolicy
  readonly claimed?: Claimed | undefined
}

/** Each round in vain is another job, or another plan, that came first. */
const MOST_TRIES = 10

/** Stores a job and makes its schedules. The job is acknowledged once its row is written, whatever happens then. */
export async function createJob(deps: CreateJobDeps, wanted: WantedJob): Promise<JobSnapshot> {
  const { tenant, definition, targets, claimed } = wanted
  const before = claimed?.isRepeated ? await deps.jobs.read(tenant, claimed.id) : undefined
  if (before) return { ...before, job: await syncSchedules(deps, before.job) }
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const account = await deps.accounts.read(tenant)
    refuseDeleted(account)
    const { plan } = account
    await checkDefinition(deps, definition, { tenant, plan, targets })
    if (needsSigningKey(definition)) await ensureSigningKey(deps, tenant)
    const now = deps.clock()
    const place = await findHostPlace(deps, definition.targetUrl)
    const job = newJob({ tenant, plan, id: claimed?.id ?? deps.newId(now), definition, ...place }, now)
    requireNoExcess(plan, loadExcesses(account, { jobs: 1, ...loadOf(job) }))
    if (await deps.jobs.create(job, planLimits[plan].jobs, jobCreated(deps.author, job))) {
      return { job: await syncSchedules(deps, job), activity: noActivity, newest: undefined }
    }
  }
  throw new Refusal('conflict', 'The account is being changed by others at the same time; try again.')
}
