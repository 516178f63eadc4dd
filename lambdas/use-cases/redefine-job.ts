import { editJob } from '../domain/job/change-job.ts'
import type { Job, JobDefinition } from '../domain/job/job.ts'
import { needsSigningKey } from '../domain/job/job-secrets.ts'
import type { JobSnapshot } from '../domain/job/job-view.ts'
import type { TargetUrlPolicy } from '../domain/target/target-url.ts'
import { type ChangeJobDeps, changeJob } from './change-job.ts'
import { type CheckDefinitionDeps, checkDefinition } from './check-definition.ts'
import { ensureSigningKey } from './ensure-signing-key.ts'
import { type FindHostPlaceDeps, findHostPlace } from './find-host-place.ts'
import type { GenerateSecretDeps } from './generate-secret.ts'

export type RedefineJobDeps = ChangeJobDeps & CheckDefinitionDeps & GenerateSecretDeps & FindHostPlaceDeps

export type Redefinition = {
  readonly tenant: string
  readonly jobId: string
  readonly ifMatch: string | undefined
  readonly targets: TargetUrlPolicy
  /** The new definition, from the job as it is stored. */
  readonly definition: (job: Job) => JobDefinition
}

/** Gives a job another definition, checked like that of a new job. @throws Refusal as `changeJob` and `checkDefinition` do. */
export async function redefineJob(deps: RedefineJobDeps, request: Redefinition): Promise<JobSnapshot> {
  const { tenant, jobId, ifMatch, targets } = request
  const { plan } = await deps.accounts.read(tenant)
  return changeJob(deps, {
    tenant,
    jobId,
    ifMatch,
    change: async (job, now) => {
      const definition = request.definition(job)
      await checkDefinition(deps, definition, { tenant, plan, targets, current: job.definition })
      if (needsSigningKey(definition)) await ensureSigningKey(deps, tenant)
      if (JSON.stringify(definition) === JSON.stringify(job.definition)) return job
      const { sharesHost: _, ...others } = job
      return editJob({ ...others, ...(await findHostPlace(deps, definition.targetUrl, job)) }, definition, now)
    },
  })
}
