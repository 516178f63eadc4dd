import { putSecret } from '../../../lambdas/use-cases/put-secret.ts'
import { answered, TENANT } from '../../support/world.ts'
import { TELLING } from '../history.ts'
import { whatIsWrong } from '../simulation.ts'
import { anyJob, unless } from './calling.ts'
import {
  CALL_OF_TARGET,
  crash,
  deliver,
  jobDue,
  jobDueSoon,
  MINUTE_MS,
  type Scenario,
  TELLING_OF_FAILURE,
  withoutDelivery,
} from './scenario.ts'

const HOUR_MS = 60 * MINUTE_MS

/** The sweeper has the first run's notice told. */
const tellAgain: Scenario['act'] = (simulation, jobId) => {
  const [runId] = [...simulation.evidence.claims.keys()]
  return simulation.execute({ kind: 'notify', tenant: TENANT, jobId, runId }).catch(() => {})
}

/** Whether telling of it goes well does not change how a run has ended. */
const endsWell: Scenario['judge'] = async ({ simulation, ground }) => {
  const problems = await whatIsWrong(simulation)
  const { items } = await ground.history.ofTenant(TENANT, {}, 10, undefined)
  return [...problems, ...unless({ 'the run succeeded': items.map(({ status }) => status).join() === 'SUCCEEDED' })]
}

/** What the executor does. */
export const executor: readonly Scenario[] = [
  { name: 'a run that succeeds', prepare: jobDue(), act: deliver },
  {
    name: 'a run that shares its host with others',
    async prepare(simulation) {
      await anyJob(simulation)
      return jobDue()(simulation)
    },
    act: deliver,
  },
  { name: 'a run that fails', prepare: jobDue({ maxRetries: 0 }), act: deliver, answer: () => answered(500) },
  {
    name: 'a run that fails and is tried again',
    prepare: jobDue({ maxRetries: 1 }),
    act: deliver,
    answer: () => answered(500),
  },
  {
    name: 'a run whose next attempt is due',
    async prepare(simulation) {
      const jobId = await jobDue({ maxRetries: 1 })(simulation)
      await deliver(simulation)
      await withoutDelivery(simulation, 30 * MINUTE_MS)
      return jobId
    },
    act: deliver,
    answer: () => answered(500),
  },
  {
    name: 'a run that succeeds and is told of',
    prepare: jobDue({ notify: { ...TELLING, onSuccess: true } }),
    act: deliver,
    judge: endsWell,
  },
  {
    name: 'telling of a run whose function ended before',
    async prepare(simulation) {
      const jobId = await jobDue({ maxRetries: 0, notify: TELLING })(simulation)
      await crash(simulation, TELLING_OF_FAILURE)
      return jobId
    },
    act: tellAgain,
    answer: () => answered(500),
  },
  { name: 'a run whose target is gone', prepare: jobDue(), act: deliver, answer: () => answered(410) },
  { name: 'a run at most once', prepare: jobDue({ delivery: 'AT_MOST_ONCE' }), act: deliver },
  { name: 'a run that comes too late', prepare: jobDue({}, 2 * HOUR_MS), act: deliver },
  {
    name: 'a run with a secret',
    async prepare(simulation) {
      await simulation.asApi(undefined, (deps) => putSecret(deps, TENANT, { name: 'KEY', value: 'correct horse' }))
      return jobDue({ headers: { 'x-key': '{{secrets.KEY}}' } })(simulation)
    },
    act: deliver,
  },
  {
    name: 'a run started by hand',
    async prepare(simulation) {
      const jobId = await jobDueSoon(simulation)
      await simulation.requestRun(jobId)
      return jobId
    },
    act: (simulation) => simulation.advance(0),
  },
  {
    name: 'a run in whose way another is',
    async prepare(simulation) {
      const jobId = await jobDue()(simulation)
      await crash(simulation, CALL_OF_TARGET)
      await simulation.requestRun(jobId)
      return jobId
    },
    act: (simulation) => simulation.advance(0),
  },
  {
    name: 'a run that replaces another',
    async prepare(simulation) {
      const jobId = await jobDue({ overlap: 'REPLACE' })(simulation)
      await crash(simulation, CALL_OF_TARGET)
      await simulation.requestRun(jobId)
      return jobId
    },
    act: (simulation) => simulation.advance(0),
  },
  {
    name: 'taking over a run that broke off',
    async prepare(simulation) {
      const jobId = await jobDue()(simulation)
      await crash(simulation, CALL_OF_TARGET)
      await simulation.advance(8 * MINUTE_MS)
      return jobId
    },
    act: deliver,
  },
]
