import { answered } from '../../support/world.ts'
import { bury, deliver, held, jobDue, MINUTE_MS, type Scenario, withoutDelivery } from './scenario.ts'

/** What the reader of dead letters does. */
export const deadLetters: readonly Scenario[] = [
  {
    name: 'a run that was not delivered',
    prepare: jobDue(),
    act: bury,
  },
  {
    name: 'a run that was delivered after all',
    async prepare(simulation) {
      const jobId = await jobDue()(simulation)
      await deliver(simulation)
      return jobId
    },
    act: bury,
  },
  {
    name: 'a run that was not delivered before a later one was',
    async prepare(simulation) {
      const jobId = await jobDue()(simulation)
      await simulation.requestRun(jobId)
      await simulation.advance(0)
      return jobId
    },
    act: bury,
  },
  {
    name: 'a run by hand that was not delivered, after one that has finished',
    async prepare(simulation) {
      const jobId = await jobDue()(simulation)
      await deliver(simulation)
      await held(simulation, () => simulation.requestRun(jobId))
      return jobId
    },
    act: bury,
  },
  {
    name: 'an attempt that was not delivered',
    async prepare(simulation) {
      const jobId = await jobDue({ maxRetries: 1 })(simulation)
      await deliver(simulation)
      await withoutDelivery(simulation, 30 * MINUTE_MS)
      return jobId
    },
    act: bury,
    answer: () => answered(500),
  },
]
