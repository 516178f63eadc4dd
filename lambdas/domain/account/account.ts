import { Refusal } from '../refusal.ts'
import type { Plan } from './plan.ts'

/** What Punctual itself keeps of a tenant; who they are, the identity provider knows. */
export type Account = {
  readonly plan: Plan
  /** How many jobs the tenant has. */
  readonly jobs: number
  /** Nothing new is made for it any more. */
  readonly isBeingDeleted?: boolean
}

/** A tenant who has done nothing yet. */
export const newAccount: Account = { plan: 'FREE', jobs: 0 }

/** @throws Refusal `forbidden` when the account is being deleted. */
export function refuseDeleted({ isBeingDeleted }: Account): void {
  if (isBeingDeleted) throw new Refusal('forbidden', 'This account is being deleted.')
}
