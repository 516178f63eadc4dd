import type { RunOrder } from '../domain/run/run-order.ts'

/** Hands a run to the executor, which takes it up in the background. */
export interface RunStarter {
  start(order: RunOrder): Promise<void>
}
