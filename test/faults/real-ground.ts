import { startWorld } from '../support/world.ts'
import type { Ground } from './simulation.ts'

/** The ground of real engines: DynamoDB's over HTTP, and the local Scheduler with its wire protocol. */
export async function realGround(start: number): Promise<Ground & { stop(): Promise<void> }> {
  let accept: (order: unknown) => void = () => {}
  const world = await startWorld(start, { takeOrder: (order) => accept(order) })
  return {
    clock: world.clock,
    jobs: world.deps.jobs,
    ledger: world.deps.ledger,
    history: world.deps.history,
    accounts: world.deps.accounts,
    schedules: world.deps.schedules,
    scheduleList: world.deps.scheduleList,
    deliverTo(to) {
      accept = to
    },
    stop: world.stop,
  }
}
