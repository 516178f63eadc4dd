import type { UserCaller } from '../domain/account/caller.ts'
import { type Plan, planLimits } from '../domain/account/plan.ts'
import { Refusal } from '../domain/refusal.ts'
import type { AccountStore } from '../ports/account-store.ts'
import type { IdentityProvider, Profile } from '../ports/identity-provider.ts'

export type ReadAccountDeps = {
  readonly identity: Pick<IdentityProvider, 'readProfile'>
  readonly accounts: AccountStore
}

export type AccountView = Profile & {
  readonly plan: Plan
  readonly role: UserCaller['role']
  readonly usage: {
    readonly jobs: number
    readonly jobLimit: number
    readonly activeJobs: number
    readonly runsPerDay: number
    readonly runsPerDayLimit: number
  }
}

/** Who the caller is, what plan they have and how much of it they use. */
export async function readAccount(deps: ReadAccountDeps, caller: UserCaller): Promise<AccountView> {
  const [profile, account] = await Promise.all([
    deps.identity.readProfile(caller.username),
    deps.accounts.read(caller.tenant),
  ])
  if (!profile) throw new Refusal('unauthenticated', 'The account of this token no longer exists.')
  const { plan, jobs, activeJobs, runsPerDay } = account
  const { jobs: jobLimit, runsPerDay: runsPerDayLimit } = planLimits[plan]
  return { ...profile, plan, role: caller.role, usage: { jobs, jobLimit, activeJobs, runsPerDay, runsPerDayLimit } }
}
