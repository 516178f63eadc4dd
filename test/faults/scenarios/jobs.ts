import { cancelRun } from '../../../lambdas/use-cases/cancel-run.ts'
import { answered, TENANT } from '../../support/world.ts'
import type { Simulation } from '../simulation.ts'
import { deliver, type Fields, jobDue, jobDueSoon, type Scenario } from './scenario.ts'

const edit =
  (patch: Fields): Scenario['act'] =>
  (simulation, jobId) =>
    simulation.edit(jobId, patch)
const cancel = (simulation: Simulation, runId = '') =>
  simulation.asApi(undefined, (deps) => cancelRun(deps, TENANT, runId))

/** What the functions of the API do with jobs and runs. */
export const api: readonly Scenario[] = [
  { name: 'creating a job', prepare: async () => '', act: (simulation) => jobDueSoon(simulation) },
  {
    name: 'creating a job that signs',
    prepare: async () => '',
    act: (simulation) => jobDueSoon(simulation, { sign: true }),
  },
  { name: 'retiming a job', prepare: jobDueSoon, act: edit({ cronExpression: 'rate(3 minutes)' }) },
  { name: 'retiming to an OR expression', prepare: jobDueSoon, act: edit({ cronExpression: '20 12 22 * 6' }) },
  { name: 'renaming a job', prepare: jobDueSoon, act: edit({ name: 'renamed' }) },
  { name: 'pausing a job', prepare: jobDueSoon, act: edit({ enabled: false }) },
  {
    name: 'resuming a job',
    prepare: (simulation) => jobDueSoon(simulation, { enabled: false }),
    act: edit({ enabled: true }),
  },
  { name: 'deleting a job', prepare: jobDueSoon, act: (simulation, jobId) => simulation.delete(jobId) },
  {
    name: 'cancelling a run that waits for its next attempt',
    async prepare(simulation) {
      const jobId = await jobDue({ maxRetries: 1 })(simulation)
      await deliver(simulation)
      return jobId
    },
    act: (simulation) => cancel(simulation, [...simulation.evidence.claims.keys()][0]),
    answer: () => answered(500),
  },
  {
    name: 'cancelling a run that was promised',
    async prepare(simulation) {
      const jobId = await jobDueSoon(simulation)
      await simulation.requestRun(jobId)
      return jobId
    },
    act: (simulation) => cancel(simulation, simulation.evidence.promisedRuns[0]),
  },
  { name: 'starting a run by hand', prepare: jobDueSoon, act: (simulation, jobId) => simulation.requestRun(jobId) },
]
