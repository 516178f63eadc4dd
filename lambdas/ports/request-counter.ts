import type { Plan } from '../domain/account/plan.ts'
import type { Requester } from '../domain/account/request-quota.ts'

/** Counts requests by window, exactly, whoever else counts at the same time. */
export interface RequestCounter {
  /**
   * Reserves requests of a window.
   * @param window.startsAt epoch ms. @param window.isNew whether this is our first reservation in it: a hint that saves a write.
   * @returns how many are reserved now, and the plan of the tenant if it ever chose one.
   */
  reserve(
    requester: Requester,
    window: { readonly startsAt: number; readonly isNew: boolean },
    requests: number,
  ): Promise<{ readonly reserved: number; readonly plan: Plan | undefined }>
}
