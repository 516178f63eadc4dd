import type { Task } from '../../../lambdas/domain/task/task.ts'
import { sweeperFunction } from '../../../lambdas/sweeper/sweeper.ts'
import { workerFunction } from '../../../lambdas/worker/worker.ts'
import type { RealGround } from '../real-ground.ts'
import type { Simulation } from '../simulation.ts'
import { MINUTE_MS } from './scenario.ts'

const WORKER_TIMEOUT_MS = 5 * MINUTE_MS

/** Tasks end within less. */
const MOST_ROUNDS = 10

/** The worker goes on with a task, as Lambda starts it. */
export const work = (simulation: Simulation, ground: RealGround, { tenant, id }: Pick<Task, 'tenant' | 'id'>) =>
  simulation.asApi(undefined, (deps) =>
    workerFunction({ ...deps, ...ground.apiServices() })(
      { kind: 'task', tenant, taskId: id },
      { getRemainingTimeInMillis: () => WORKER_TIMEOUT_MS },
    ),
  )

/** The sweeper comes by, as its schedule starts it. */
export const sweepAll = (simulation: Simulation, ground: RealGround) =>
  simulation.asApi(undefined, (deps) =>
    sweeperFunction({ ...deps, ...ground.apiServices(), pause: async () => {}, author: { kind: 'punctual' } })(),
  )

/** Time passes, the sweeper hands over what nobody works on, and the worker goes on with it: until nothing is left. */
export async function finishTasks(simulation: Simulation, ground: RealGround): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const left = await Array.fromAsync(ground.apiServices().tasks.unfinished())
    if (left.length === 0) return
    ground.handedOver.length = 0
    const nextAt = Math.max(...left.map(({ leaseUntil, notBefore }) => Math.max(leaseUntil, notBefore)))
    await simulation.advance(Math.max(nextAt - simulation.now, 0) + 1)
    await sweepAll(simulation, ground)
    for (const { tenant, taskId } of ground.handedOver.splice(0)) await work(simulation, ground, { tenant, id: taskId })
  }
}
