import type { Log } from '../ports/log.ts'
import { type ApplyPlanDeps, applyPlan } from './apply-plan.ts'

/** How long one sweep may spend on one tenant, ms. */
const TIME_FOR_ONE_MS = 60_000

/** Goes on with changes of plans that broke off; one that has no time to end goes on with the next call. @returns how many failed. */
export async function finishPlanChanges(deps: ApplyPlanDeps & { readonly log: Log }): Promise<number> {
  let failures = 0
  for await (const tenant of deps.plans.unfinished()) {
    try {
      await applyPlan(deps, tenant, deps.clock() + TIME_FOR_ONE_MS)
    } catch (error) {
      failures++
      deps.log.error('a change of plan could not be finished', { tenant, error })
    }
  }
  return failures
}
