import { bury, deliver, jobDue, type Scenario } from './scenario.ts'

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
]
