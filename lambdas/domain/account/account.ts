import { Refusal } from '../refusal.ts'
import { type Plan, planLimits } from './plan.ts'
import type { PlanExcess } from './plan-excess.ts'

/** What Punctual itself keeps of a tenant; who they are, the identity provider knows. */
export type Account = {
  readonly plan: Plan
  /** How many jobs the tenant has. */
  readonly jobs: number
  /** How many of them are active. */
  readonly activeJobs: number
  /** Planned runs of the active ones, each counted by the busiest day of its schedule. */
  readonly runsPerDay: number
  /** How many jobs are through. */
  readonly completedJobs: number
  /** Nothing new is made for it any more. */
  readonly isBeingDeleted?: boolean
}

/** A tenant who has done nothing yet. */
export const newAccount: Account = { plan: 'FREE', jobs: 0, activeJobs: 0, runsPerDay: 0, completedJobs: 0 }

/** What a job adds to its account: nothing while it is paused. */
export type JobLoad = Pick<Account, 'activeJobs' | 'runsPerDay' | 'completedJobs'>

export const noLoad: JobLoad = { activeJobs: 0, runsPerDay: 0, completedJobs: 0 }

/** What an account would be over by, if this came on top. Coming down is always allowed. */
export function loadExcesses(
  account: Account,
  added: Pick<Account, 'jobs' | 'activeJobs' | 'runsPerDay'>,
): readonly PlanExcess[] {
  const { plan } = account
  const limits = planLimits[plan]
  const totals = {
    jobs: account.jobs + added.jobs,
    activeJobs: account.activeJobs + added.activeJobs,
    runsPerDay: account.runsPerDay + added.runsPerDay,
  }
  const excesses: PlanExcess[] = []
  if (added.jobs > 0 && totals.jobs > limits.jobs) {
    const detail = `The plan ${plan} allows ${limits.jobs} jobs, and there are as many already.`
    excesses.push({ limit: 'jobs', value: totals.jobs, allowed: limits.jobs, detail })
  } else if (added.activeJobs > 0 && totals.activeJobs > limits.jobs) {
    const detail = `The plan ${plan} allows ${limits.jobs} active jobs, and as many are active already; pause another one first.`
    excesses.push({ limit: 'jobs', value: totals.activeJobs, allowed: limits.jobs, detail })
  }
  if (added.runsPerDay > 0 && totals.runsPerDay > limits.runsPerDay) {
    const detail = `All active jobs together would plan ${totals.runsPerDay} runs a day; the plan ${plan} allows ${limits.runsPerDay}.`
    excesses.push({ limit: 'runsPerDay', value: totals.runsPerDay, allowed: limits.runsPerDay, detail })
  }
  return excesses
}

/** @throws Refusal `forbidden` when the account is being deleted. */
export function refuseDeleted({ isBeingDeleted }: Account): void {
  if (isBeingDeleted) throw new Refusal('forbidden', 'This account is being deleted.')
}
