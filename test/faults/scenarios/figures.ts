import { dynamoTenantRegistry } from '../../../lambdas/adapters/dynamodb/dynamo-tenant-registry.ts'
import { runCounterFunction } from '../../../lambdas/run-counter/run-counter.ts'
import { BUSY_RUNS } from '../../../lambdas/use-cases/count-runs.ts'
import { callOperation } from '../real-api.ts'
import type { RealGround } from '../real-ground.ts'
import type { Simulation } from '../simulation.ts'
import { calling, unless } from './calling.ts'
import { byKey } from './keys.ts'
import { deliver, jobDue, MINUTE_MS, type Scenario } from './scenario.ts'

const HOUR_MS = 60 * MINUTE_MS

/** A pass of counting, as its schedule starts one. */
export const count = (simulation: Simulation, ground: RealGround, busyRuns = BUSY_RUNS) =>
  simulation.asApi(undefined, (deps) =>
    runCounterFunction({
      ...ground.apiServices(),
      clock: deps.clock,
      log: deps.log,
      tenants: dynamoTenantRegistry(ground.table),
      busyRuns,
    })(),
  )

/** A run that has ended, in an hour that is over. */
export const ended: Scenario['prepare'] = async (simulation) => {
  const jobId = await jobDue()(simulation)
  await deliver(simulation)
  await simulation.advance(HOUR_MS)
  return jobId
}

/** One that is carried out when its hour has been counted. */
const endedLate: Scenario['prepare'] = async (simulation, ground) => {
  const jobId = await jobDue({}, 30 * MINUTE_MS)(simulation)
  await simulation.advance(HOUR_MS)
  await count(simulation, ground)
  await deliver(simulation)
  await simulation.advance(HOUR_MS)
  return jobId
}

/** The next pass counts what is left, and counts nothing twice. */
const counting = (name: string, prepare: Scenario['prepare'], busyRuns?: number): Scenario => ({
  name,
  prepare,
  act: (simulation, _subject, ground) => count(simulation, ground, busyRuns),
  async judge({ simulation, ground }) {
    await count(simulation, ground, busyRuns)
    const { runs } = (await callOperation(simulation, ground, 'readStats', {}))?.body ?? {}
    return [
      ...unless({ 'the run is counted once': runs?.['7d']?.total === 1 }),
      ...simulation.evidence.bugs.map(String),
    ]
  },
})

/** What the function does that counts runs. */
export const runCounter: readonly Scenario[] = [
  counting('counting an hour', ended),
  counting('counting an hour of a busy tenant', ended, 1),
  counting('counting a run that ended late', endedLate),
]

/** What the function of figures does. */
export const stats: readonly Scenario[] = [
  calling('readStats', { prepare: ended, call: () => ({}), answers: [200] }),
  calling('readAnalytics', { prepare: ended, call: () => ({}), answers: [200] }),
  byKey('readStats', {}, [200]),
]
