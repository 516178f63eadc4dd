import { changeSince } from '../../lambdas/domain/run/decide-claim.ts'
import { occurrenceRunId } from '../../lambdas/domain/run/run-id.ts'
import { cancelRun } from '../../lambdas/use-cases/cancel-run.ts'
import type { Actor, Scene } from '../support/fault-explorer.ts'
import type { Decide } from '../support/fault-process.ts'
import { answered, TENANT } from '../support/world.ts'
import type { Evidence, TargetCall } from './evidence.ts'
import { jobIdOf, type Mutation, memoryGround } from './ground.ts'
import { TELLING } from './history.ts'
import { Simulation, whatIsWrong } from './simulation.ts'

const START = Date.parse('2026-11-21T11:45:00Z')
const MINUTE_MS = 60_000

/** For the sweeper it is so much later, past the time for which it leaves fresh rows alone, and before the next occurrence. */
const SWEEPER_AHEAD_MS = 2 * MINUTE_MS

/** An occurrence, and when the plots with a job begin: its order is still on its way. */
const DUE_AT = START + 15 * MINUTE_MS
const NOW = DUE_AT + MINUTE_MS

type Move = (simulation: Simulation, jobId: string, decide: Decide) => Promise<unknown>

const edit =
  (patch: Parameters<Simulation['edit']>[1]): Move =>
  (simulation, jobId, decide) =>
    simulation.edit(jobId, patch, decide)

const moves = {
  slower: edit({ cronExpression: 'rate(60 minutes)' }),
  faster: edit({ cronExpression: 'rate(3 minutes)' }),
  rename: edit({ name: 'renamed' }),
  pause: edit({ enabled: false }),
  resume: edit({ enabled: true }),
  delete: (simulation, jobId, decide) => simulation.delete(jobId, decide),
  'run now': (simulation, jobId, decide) => simulation.requestRun(jobId, decide),
  cancel: (simulation, jobId, decide) =>
    simulation.asApi(decide, (deps) => cancelRun(deps, TENANT, occurrenceRunId(jobId, DUE_AT))),
  sweep: (simulation, _jobId, decide) => simulation.sweep(decide, SWEEPER_AHEAD_MS),
  deliver: (simulation, jobId, decide) => simulation.execute(dueOrder(jobId), decide),
  tell: (simulation, jobId, decide) =>
    simulation.execute({ kind: 'notify', tenant: TENANT, jobId, runId: occurrenceRunId(jobId, DUE_AT) }, decide),
} satisfies Record<string, Move>

/** What has just fallen due, and is on its way. */
const dueOrder = (jobId: string) =>
  ({ kind: 'occurrence', tenant: TENANT, jobId, plannedAt: new Date(DUE_AT).toISOString() }) as const

export type Plot = {
  /** The job at the beginning; without one it is made by the first process. */
  readonly job?: { readonly enabled?: boolean; readonly delivery?: 'AT_LEAST_ONCE' | 'AT_MOST_ONCE' }
  /** Its calls fail, which its owner is told of the occurrence that is due. */
  readonly isFailing?: boolean
  /** Its calls fail, and are to be made once more a minute later. */
  readonly isRetried?: boolean
  /** What happens at the same time. */
  readonly moves: readonly (keyof typeof moves | 'create')[]
  readonly faults: number
}

/** Two or three things that happen to one job at the same time. */
export const sceneOf = (plot: Plot, mutate?: Mutation) => async (): Promise<Scene> => {
  let step = 0
  const ground = memoryGround(START)
  const simulation = new Simulation(ground, {
    isHeld: true,
    // Calls of one millisecond have an order, too; an instant of these years has no finer parts.
    fraction: () => step++ / 4096,
    ...(mutate ? { mutate } : {}),
    ...(plot.isFailing || plot.isRetried ? { answer: () => answered(500) } : {}),
  })
  const jobId = jobIdOf(START, 0)
  // Two occurrences have failed before: this is the one that is told.
  const telling = plot.isFailing ? { maxRetries: 0, notify: { ...TELLING, afterFailures: 3 } } : {}
  const retrying = plot.isRetried ? { maxRetries: 1 } : {}
  const fields = { cronExpression: 'rate(5 minutes)', ...plot.job, ...telling, ...retrying }
  if (plot.job) {
    await simulation.create(fields)
    await simulation.advance(DUE_AT - START - 1)
    ground.deliverTo(() => {})
    await simulation.advance(NOW - DUE_AT + 1)
    ground.deliverTo((order) => simulation.lambda.accept(order))
    simulation.evidence.disturb()
  }
  const { length: calm } = simulation.evidence.disturbances
  const actors = plot.moves.map((move, index): Actor => {
    const name = `${index + 1} ${move}`
    if (move === 'create') return { name, act: (decide) => simulation.create(fields, decide) }
    const mayBegin = () => simulation.evidence.reigns.has(jobId)
    return { name, act: (decide) => moves[move](simulation, jobId, decide), mayBegin }
  })
  return {
    actors: [...actors, lateCall(simulation)],
    text: () =>
      JSON.stringify([
        ground.text(),
        simulation.lambda.accepted,
        simulation.stragglers.map(({ call }) => call),
        seenBy(simulation.evidence),
      ]),
    async check() {
      // Lambda delivers at least once.
      if (plot.job) simulation.lambda.accept(dueOrder(jobId))
      const isUndisturbed = simulation.evidence.disturbances.length === calm
      const idle = isUndisturbed ? await waitingInVain(simulation) : []
      const problems = await whatIsWrong(simulation, 'after')
      const isUntold = plot.isFailing && simulation.evidence.mails.length === 0
      return [...problems, ...idle, ...(isUntold ? ['nobody was told'] : [])]
    },
  }
}

/** Runs that are laid aside for an attempt that will not be made. */
async function waitingInVain({ ground }: Simulation): Promise<readonly string[]> {
  const rows = await Array.fromAsync(ground.jobs.every())
  return rows.flatMap(({ job, activity }) =>
    Object.entries(activity.active)
      .filter(([id, { parked, cancel, version }]) => parked && (cancel ?? changeSince(job, id, version)))
      .map(([id]) => `${id} waits in vain`),
  )
}

/** A call that was given up acts at any moment; or only after everything else, and a sweep. */
const lateCall = (simulation: Simulation): Actor => ({
  name: 'late call',
  isOptional: true,
  mayBegin: () => simulation.stragglers.length > 0,
  async act(decide) {
    await decide('acts', 0)
    await simulation.landStragglers()
  },
})

/** What the invariants will ask of the evidence so far, without its times: rows that held when a call was made. */
function seenBy({ acknowledged, calls, ends, mails, reigns, disturbances }: Evidence): unknown {
  const all = [...reigns.values()].flat()
  const versions = ({ orderedAt, at }: TargetCall) =>
    all.filter(({ from, until }) => from <= at && until >= orderedAt).map(({ job }) => job.version)
  return [
    acknowledged.map(({ job }) => job.version).sort(),
    calls.map((call) => [call.runId, versions(call)]),
    ends.map(({ runId }) => runId),
    mails.map(({ runId, subject, at }) => [runId, subject, disturbances.some((instant) => instant >= at)]),
    disturbances.length > 0,
  ]
}
