import type { JobDefinition } from '../../../lambdas/domain/job/job.ts'
import type { Operation } from '../../../lambdas/http/routes.ts'
import { strikes } from '../../support/fault-process.ts'
import type { answered } from '../../support/world.ts'
import type { RealGround } from '../real-ground.ts'
import type { Simulation } from '../simulation.ts'

export const MINUTE_MS = 60_000

/** One thing that a function does, whose every request to AWS may go wrong. */
export type Scenario = {
  readonly name: string
  /** The operation of the API that it is about, if any. */
  readonly operation?: Operation
  /** Brings about what the function finds, unharmed. @returns what it is about, such as the id of a job. */
  readonly prepare: (simulation: Simulation, ground: RealGround) => Promise<string>
  readonly act: (simulation: Simulation, subject: string, ground: RealGround) => Promise<unknown>
  /** What targets answer. @default 200 */
  readonly answer?: () => ReturnType<typeof answered>
  /** Names what is wrong after it. @default what the invariants of jobs and runs say after one sweep */
  readonly judge?: (trial: Trial) => Promise<readonly string[]>
}

/** A scenario that was played. */
export type Trial = {
  readonly simulation: Simulation
  readonly ground: RealGround
  readonly subject: string
  /** What `act` came to. */
  readonly outcome: unknown
  /** Whether one of its requests went wrong. */
  readonly isHarmed: boolean
}

export type Fields = Partial<JobDefinition>

/** A job whose only occurrence within a day is at the next whole minute but one. */
export async function jobDueSoon(simulation: Simulation, fields: Fields = {}): Promise<string> {
  const due = new Date(dueAt(simulation))
  const cronExpression = `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`
  return (await simulation.create({ cronExpression, ...fields })) ?? ''
}

export const dueAt = ({ now }: Simulation) => (Math.floor(now / MINUTE_MS) + 2) * MINUTE_MS

/** The same, once that occurrence has fallen due: its order is on its way. */
export const jobDue =
  (fields: Fields = {}, lateMs = MINUTE_MS) =>
  async (simulation: Simulation): Promise<string> => {
    const jobId = await jobDueSoon(simulation, fields)
    await withoutDelivery(simulation, dueAt(simulation) - simulation.now + lateMs)
    return jobId
  }

/** Time passes, and what Scheduler delivers meanwhile stays on its way. */
export const withoutDelivery = (simulation: Simulation, ms: number): Promise<void> =>
  held(simulation, () => simulation.advance(ms))

/** What is handed over meanwhile stays on its way. */
export async function held(simulation: Simulation, act: () => Promise<unknown>): Promise<void> {
  const { ground, lambda } = simulation
  const held: unknown[] = []
  ground.deliverTo((order) => held.push(order))
  await act()
  ground.deliverTo((order) => lambda.accept(order))
  onTheirWay.set(simulation, held)
}

const onTheirWay = new WeakMap<Simulation, readonly unknown[]>()

/** Lambda gets what is on its way, and carries it out at once. */
export async function deliver(simulation: Simulation): Promise<void> {
  for (const order of onTheirWay.get(simulation) ?? []) simulation.lambda.accept(order)
  await simulation.advance(0)
}

/** The executor crashes as it makes call number `call`. */
export async function crash(simulation: Simulation, call: number): Promise<void> {
  const [order] = onTheirWay.get(simulation) ?? []
  await simulation.execute(order, strikes({ call, kind: 'ended before' })).catch(() => {})
}

/** Lambda has given up what is on its way. */
export async function bury(simulation: Simulation): Promise<void> {
  for (const order of onTheirWay.get(simulation) ?? []) simulation.lambda.bury(order, 'throttled')
  await simulation.advance(0)
}

/** The executor's calls for a run that succeeds, by number. */
export const CALL_OF_TARGET = 2
export const RESULT = 3
/** Its call for one that fails, with which it begins to tell of it. */
export const TELLING_OF_FAILURE = 6
