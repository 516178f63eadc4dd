import { planLimits } from '../domain/account/plan.ts'
import { planPausedJob } from '../domain/job/change-job.ts'
import { planPauses } from '../domain/job/plan-pauses.ts'
import type { AccountStore } from '../ports/account-store.ts'
import type { PlanStore } from '../ports/plan-store.ts'
import type { TenantJobs } from '../ports/tenant-jobs.ts'
import { type ChangeJobDeps, changeJob } from './change-job.ts'
import { inTurns } from './in-turns.ts'
import { allJobs } from './read-tenant-state.ts'

export type ApplyPlanDeps = ChangeJobDeps & {
  readonly accounts: AccountStore
  readonly plans: PlanStore
  readonly tenantJobs: TenantJobs
  /** Resolves after so many milliseconds. */
  readonly pause: (ms: number) => Promise<unknown>
}

/** Jobs at a time; more would be throttled by Scheduler. */
const AT_ONCE = 8

/**
 * Brings a tenant's jobs in step with its plan: each learns what is kept of its runs, and those that there is no room for are
 * paused. Nothing is deleted, and nothing resumed. It may be repeated, and goes on where it broke off.
 * @param until epoch ms; what there is no time for then is left.
 * @returns whether everything is done.
 */
export async function applyPlan(deps: ApplyPlanDeps, tenant: string, until: number): Promise<boolean> {
  const { account, jobs } = await allJobs(deps, tenant)
  const { plan } = account
  const isLate = () => deps.clock() > until
  const strangers = jobs.filter((job) => job.plan !== plan)
  await inTurns(strangers, AT_ONCE, async (job) => (isLate() ? undefined : deps.plans.adopt(job, plan)))
  await inTurns(planPauses(jobs, plan, planLimits[plan], deps.clock()), AT_ONCE, async ({ job, reason }) => {
    if (isLate()) return
    const change = (now: typeof job, at: number) => (now.desired === 'ACTIVE' ? planPausedJob(now, reason, at) : now)
    await changeJob(deps, { tenant, jobId: job.id, ifMatch: undefined, change })
  })
  if (isLate()) return false
  await deps.plans.finish(tenant, plan)
  return true
}
