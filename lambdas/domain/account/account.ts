import type { Plan } from './plan.ts'

/** What Punctual itself keeps of a tenant; who they are, the identity provider knows. */
export type Account = {
  readonly plan: Plan
  /** How many jobs the tenant has. */
  readonly jobs: number
}

/** A tenant who has done nothing yet. */
export const newAccount: Account = { plan: 'FREE', jobs: 0 }
