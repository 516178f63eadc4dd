import type { RunOrder } from '../domain/run/run-order.ts'

/** Has an order delivered to the executor later, at least once. */
export interface RunPostponer {
  /** @param at epoch ms; delivery may come up to a minute later. */
  postpone(order: Extract<RunOrder, { kind: 'resume' }>, at: number): Promise<void>
}
