import { refuseDeleted } from '../domain/account/account.ts'
import type { UserCaller } from '../domain/account/caller.ts'
import type { Plan } from '../domain/account/plan.ts'
import { planChanged } from '../domain/audit/plan-audit.ts'
import { type ApplyPlanDeps, applyPlan } from './apply-plan.ts'
import { type AccountView, type ReadAccountDeps, readAccount } from './read-account.ts'

export type ChangePlanDeps = ApplyPlanDeps & ReadAccountDeps

/** How long jobs may be brought in step within the request, ms; the sweeper goes on with what is left. */
const TIME_TO_APPLY_MS = 18_000

/** Gives a tenant another plan. Its limits hold at once; jobs that there is no room for are paused with the reason. */
export async function changePlan(deps: ChangePlanDeps, caller: UserCaller, plan: Plan): Promise<AccountView> {
  const { tenant } = caller
  const account = await deps.accounts.read(tenant)
  refuseDeleted(account)
  const change = { before: account.plan, after: plan }
  await deps.plans.change(tenant, plan, planChanged(deps.author, tenant, change, deps.clock()))
  await applyPlan(deps, tenant, deps.clock() + TIME_TO_APPLY_MS)
  return readAccount(deps, caller)
}
