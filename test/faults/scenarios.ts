import type { JobDefinition } from '../../lambdas/domain/job/job.ts'
import { putSecret } from '../../lambdas/use-cases/put-secret.ts'
import { strikes } from '../support/fault-process.ts'
import { answered, TENANT } from '../support/world.ts'
import type { Simulation } from './simulation.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** One thing that a function does, whose every request to AWS may go wrong. */
export type Scenario = {
  readonly name: string
  /** Brings about what the function finds, unharmed. @returns the job that it is about. */
  readonly prepare: (simulation: Simulation) => Promise<string>
  readonly act: (simulation: Simulation, jobId: string) => Promise<unknown>
  readonly answer?: () => ReturnType<typeof answered>
}

type Fields = Partial<JobDefinition>

/** A job whose only occurrence within a day is at the next whole minute but one. */
async function jobDueSoon(simulation: Simulation, fields: Fields = {}): Promise<string> {
  const due = new Date(dueAt(simulation))
  const cronExpression = `${due.getUTCMinutes()} ${due.getUTCHours()} * * *`
  return (await simulation.create({ cronExpression, ...fields })) ?? ''
}

const dueAt = ({ now }: Simulation) => (Math.floor(now / MINUTE_MS) + 2) * MINUTE_MS

/** The same, once that occurrence has fallen due: its order is on its way. */
const jobDue =
  (fields: Fields = {}, lateMs = MINUTE_MS) =>
  async (simulation: Simulation): Promise<string> => {
    const jobId = await jobDueSoon(simulation, fields)
    await withoutDelivery(simulation, dueAt(simulation) - simulation.now + lateMs)
    return jobId
  }

/** Time passes, and what Scheduler delivers meanwhile stays on its way. */
async function withoutDelivery(simulation: Simulation, ms: number): Promise<void> {
  const { ground, lambda } = simulation
  const held: unknown[] = []
  ground.deliverTo((order) => held.push(order))
  await simulation.advance(ms)
  ground.deliverTo((order) => lambda.accept(order))
  onTheirWay.set(simulation, held)
}

const onTheirWay = new WeakMap<Simulation, readonly unknown[]>()

/** Lambda gets what is on its way, and carries it out at once. */
async function deliver(simulation: Simulation): Promise<void> {
  for (const order of onTheirWay.get(simulation) ?? []) simulation.lambda.accept(order)
  await simulation.advance(0)
}

/** The executor crashes as it makes call number `call`. */
async function crash(simulation: Simulation, call: number): Promise<void> {
  const [order] = onTheirWay.get(simulation) ?? []
  await simulation.execute(order, strikes({ call, kind: 'ended before' })).catch(() => {})
}

const CALL_OF_TARGET = 2
const RESULT = 3

const edit =
  (patch: Fields): Scenario['act'] =>
  (simulation, jobId) =>
    simulation.edit(jobId, patch)
const sweep: Scenario['act'] = (simulation) => simulation.sweep()

const executor: readonly Scenario[] = [
  { name: 'a run that succeeds', prepare: jobDue(), act: deliver },
  { name: 'a run that fails', prepare: jobDue({ maxRetries: 0 }), act: deliver, answer: () => answered(500) },
  {
    name: 'a run that fails and is tried again',
    prepare: jobDue({ maxRetries: 1 }),
    act: deliver,
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

const api: readonly Scenario[] = [
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
  { name: 'starting a run by hand', prepare: jobDueSoon, act: (simulation, jobId) => simulation.requestRun(jobId) },
]

/** Creating a job calls the account, the row, the schedule. */
const scheduleRefused = (simulation: Simulation, fields: Fields) =>
  simulation.create(fields, (call) => (call === 'schedules.create' ? 'refused' : undefined))

const sweeper: readonly Scenario[] = [
  {
    name: 'a job whose schedule could not be made',
    async prepare(simulation) {
      const jobId = await scheduleRefused(simulation, { cronExpression: '7 * * * *' })
      await simulation.advance(2 * MINUTE_MS)
      return jobId ?? ''
    },
    act: sweep,
  },
  {
    name: 'a job that has missed runs',
    async prepare(simulation) {
      const jobId = await scheduleRefused(simulation, { cronExpression: 'rate(5 minutes)' })
      await simulation.advance(11 * MINUTE_MS)
      return jobId ?? ''
    },
    act: sweep,
  },
  {
    name: 'a schedule that somebody removed',
    async prepare(simulation) {
      const jobId = await jobDueSoon(simulation)
      await simulation.ground.schedules.remove(`${jobId}.1`)
      await simulation.advance(2 * MINUTE_MS)
      return jobId
    },
    act: sweep,
  },
  {
    name: 'a schedule that belongs to no job',
    async prepare(simulation) {
      const jobId = await jobDueSoon(simulation)
      await simulation.edit(jobId, { cronExpression: '7 * * * *' }, (call) =>
        call === 'schedules.create' ? 'late' : undefined,
      )
      await simulation.delete(jobId)
      await simulation.landStragglers()
      await simulation.advance(11 * MINUTE_MS)
      return jobId
    },
    act: sweep,
  },
  {
    name: 'a job whose schedules could not be removed',
    async prepare(simulation) {
      const jobId = await jobDueSoon(simulation)
      await simulation.delete(jobId, (call) => (call === 'schedules.remove' ? 'refused' : undefined))
      await simulation.advance(2 * MINUTE_MS)
      return jobId
    },
    act: sweep,
  },
  {
    name: 'a run that broke off',
    async prepare(simulation) {
      const jobId = await jobDue()(simulation)
      await crash(simulation, RESULT)
      await simulation.advance(8 * MINUTE_MS)
      return jobId
    },
    act: sweep,
  },
  {
    name: 'a run that was promised and never handed over',
    async prepare(simulation) {
      const jobId = await jobDueSoon(simulation)
      await simulation.requestRun(jobId, (call) => (call === 'ledger.save' ? 'ended after' : undefined))
      await simulation.advance(3 * MINUTE_MS)
      return jobId
    },
    act: sweep,
  },
  {
    name: 'a run that has finished',
    async prepare(simulation) {
      const jobId = await jobDue()(simulation)
      await deliver(simulation)
      await simulation.advance(8 * MINUTE_MS)
      return jobId
    },
    act: sweep,
  },
  {
    name: 'a job that has fired for the last time',
    async prepare(simulation) {
      const at = new Date(dueAt(simulation)).toISOString().slice(0, 19)
      const jobId = await simulation.create({ cronExpression: `at(${at})` })
      await simulation.advance(70 * MINUTE_MS)
      return jobId ?? ''
    },
    act: sweep,
  },
]

const deadLetters: readonly Scenario[] = [
  {
    name: 'a run that was not delivered',
    prepare: jobDue(),
    async act(simulation) {
      for (const order of onTheirWay.get(simulation) ?? []) simulation.lambda.bury(order, 'throttled')
      await simulation.advance(0)
    },
  },
  {
    name: 'a run that was delivered after all',
    async prepare(simulation) {
      const jobId = await jobDue()(simulation)
      await deliver(simulation)
      return jobId
    },
    async act(simulation) {
      for (const order of onTheirWay.get(simulation) ?? []) simulation.lambda.bury(order, 'throttled')
      await simulation.advance(0)
    },
  },
]

/** What each function does, by function. */
export const scenarios = { executor, api, sweeper, deadLetters } as const
