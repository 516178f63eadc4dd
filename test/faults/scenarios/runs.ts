import { cancelRun } from '../../../lambdas/use-cases/cancel-run.ts'
import { answered, TENANT } from '../../support/world.ts'
import type { Simulation } from '../simulation.ts'
import { calling } from './calling.ts'
import { byKey } from './keys.ts'
import { CALL_OF_TARGET, crash, deliver, jobDue, jobDueSoon, type Scenario } from './scenario.ts'

const cancel = (simulation: Simulation, runId = '') =>
  simulation.asApi(undefined, (deps) => cancelRun(deps, TENANT, runId))

const firstClaimed = (simulation: Simulation): string => [...simulation.evidence.claims.keys()][0] ?? ''

const jobWithRun: Scenario['prepare'] = async (simulation) => {
  const jobId = await jobDue()(simulation)
  await deliver(simulation)
  return jobId
}

/** What the function of runs does. */
export const runs: readonly Scenario[] = [
  {
    name: 'cancelling a run that waits for its next attempt',
    operation: 'cancelRun',
    async prepare(simulation) {
      const jobId = await jobDue({ maxRetries: 1 })(simulation)
      await deliver(simulation)
      return jobId
    },
    act: (simulation) => cancel(simulation, firstClaimed(simulation)),
    answer: () => answered(500),
  },
  {
    name: 'cancelling a run that was promised',
    operation: 'cancelRun',
    async prepare(simulation) {
      const jobId = await jobDueSoon(simulation)
      await simulation.requestRun(jobId)
      return jobId
    },
    act: (simulation) => cancel(simulation, simulation.evidence.promisedRuns[0]),
  },
  {
    name: 'cancelling a run whose target is being called',
    operation: 'cancelRun',
    async prepare(simulation) {
      const jobId = await jobDue()(simulation)
      await crash(simulation, CALL_OF_TARGET)
      return jobId
    },
    act: (simulation) => cancel(simulation, firstClaimed(simulation)),
  },
  calling('listRuns', { prepare: jobWithRun, call: () => ({}), answers: [200] }),
  calling('listJobRuns', { prepare: jobWithRun, call: (jobId) => ({ params: { jobId } }), answers: [200] }),
  calling('readRun', {
    async prepare(simulation, ground) {
      await jobWithRun(simulation, ground)
      return firstClaimed(simulation)
    },
    call: (runId) => ({ params: { runId } }),
    answers: [200],
  }),
  byKey('listRuns', {}, [200]),
]
