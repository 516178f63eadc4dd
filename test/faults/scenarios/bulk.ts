import { ulid } from 'ulid'
import { bulkStarted } from '../../../lambdas/domain/audit/task-audit.ts'
import type { Desired } from '../../../lambdas/domain/job/desired.ts'
import type { BulkAction, BulkResult } from '../../../lambdas/domain/task/bulk.ts'
import { bulkTask } from '../../support/bulk-task.ts'
import { TENANT } from '../../support/world.ts'
import { callOperation } from '../real-api.ts'
import type { RealGround } from '../real-ground.ts'
import { type Simulation, whatIsWrong } from '../simulation.ts'
import { finishTasks, sweepAll, work } from './background.ts'
import { calling, unless } from './calling.ts'
import { MINUTE_MS, type Scenario, type Trial } from './scenario.ts'

const NOBODYS = 'nobodys'

const newJobs = async (simulation: Simulation, enabled = true): Promise<readonly string[]> => [
  (await simulation.create({ cronExpression: '7 3 * * *', enabled })) ?? '',
  (await simulation.create({ cronExpression: '8 3 * * *', enabled })) ?? '',
]

/** A bulk request that was written when its function ended. @returns its id. */
async function begin(
  simulation: Simulation,
  ground: RealGround,
  action: BulkAction,
  ids: readonly string[],
): Promise<string> {
  const id = ulid(simulation.now)
  const selection = ids.length > 0 ? ({ kind: 'ids', count: ids.length } as const) : ({ kind: 'filter' } as const)
  const task = bulkTask({ tenant: TENANT, id, action, selection }, simulation.now)
  await ground.apiServices().tasks.beginBulk(task, ids, bulkStarted(task))
  return id
}

/** What is asked for with one job of nobody's, and what becomes of the others. */
type Bulk = {
  readonly action: BulkAction
  readonly of: 'ids' | 'filter'
  /** What the jobs are afterwards; undefined when they are gone. */
  readonly becomes: Desired | undefined
}

const jobIdsOf = ({ evidence }: Simulation): readonly string[] => [...evidence.reigns.keys()]

/** However it was cut off: each job has one result, and what the result says is so. */
async function judge(trial: Trial, bulkId: string, { action, of, becomes }: Bulk): Promise<readonly string[]> {
  const { simulation, ground, isHarmed } = trial
  await finishTasks(simulation, ground)
  const { tasks, trail } = ground.apiServices()
  const task = await tasks.read(TENANT, bulkId)
  const results = await tasks.results(TENANT, bulkId, { after: 0, limit: 100 })
  const jobIds = jobIdsOf(simulation)
  const named = of === 'ids' ? [...jobIds, NOBODYS] : jobIds
  // A run that was started is promised: the invariants see to it.
  simulation.evidence.promisedRuns.push(...results.flatMap(({ runId }) => runId ?? []))
  const isSo = async ({ jobId, status }: BulkResult): Promise<boolean> => {
    // A request that failed is told of, and leaves the job to be tried again.
    if (status === 'FAILED' || (status === 'REFUSED' && action === 'run')) return isHarmed
    if (jobId === NOBODYS) return status === 'NOT_FOUND'
    if (status !== 'DONE' && !(status === 'UNCHANGED' && isHarmed)) return false
    const desired = (await ground.jobs.read(TENANT, jobId))?.job.desired
    return desired === becomes || (becomes === undefined && desired === 'DELETED')
  }
  const isTrue = await Promise.all(results.map(isSo))
  const started = await trail.ofTenant(TENANT, { action: 'bulk.started' }, 10, undefined)
  const runs = await trail.ofTenant(TENANT, { action: 'job.run' }, 10, undefined)
  const counted = task?.kind === 'BULK' ? Object.values(task.counts).reduce((sum, count) => sum + count, 0) : 0
  return [
    ...unless({
      'it ends': task?.isDone === true,
      'each job has one result':
        results
          .map(({ jobId }) => jobId)
          .toSorted()
          .join() === named.toSorted().join(),
      'and is counted once': counted === named.length,
      [`the results are so: ${JSON.stringify(results)}`]: isTrue.every((each) => each),
      'it was begun once': started.items.length === 1,
      'each job is started once': action !== 'run' || runs.items.length <= jobIds.length,
    }),
    ...(await whatIsWrong(simulation)),
  ]
}

/** A bulk request that was handed over. */
const bulk = (wanted: Bulk): Scenario => ({
  name: `a bulk request by ${wanted.of}: ${wanted.action}`,
  async prepare(simulation, ground) {
    const jobIds = await newJobs(simulation, wanted.action !== 'resume')
    return begin(simulation, ground, wanted.action, wanted.of === 'ids' ? [...jobIds, NOBODYS] : [])
  },
  act: (simulation, id, ground) => work(simulation, ground, { tenant: TENANT, id }),
  judge: (trial) => judge(trial, trial.subject, wanted),
})

/** What the worker does with bulk requests. */
export const bulkWork: readonly Scenario[] = [
  bulk({ action: 'run', of: 'ids', becomes: 'ACTIVE' }),
  bulk({ action: 'resume', of: 'filter', becomes: 'ACTIVE' }),
  bulk({ action: 'delete', of: 'ids', becomes: undefined }),
]

/** What the sweeper does with tasks. */
export const leftTasks: readonly Scenario[] = [
  {
    name: 'a task that nobody works on',
    async prepare(simulation, ground) {
      return begin(simulation, ground, 'pause', [...(await newJobs(simulation)), NOBODYS])
    },
    act: (simulation, _subject, ground) => sweepAll(simulation, ground),
    judge: (trial) => judge(trial, trial.subject, { action: 'pause', of: 'ids', becomes: 'PAUSED' }),
  },
]

const pausing = (jobIds: readonly string[]) => ({
  body: { action: 'pause', jobIds: [...jobIds, NOBODYS] },
  headers: { 'idempotency-key': 'once' },
})

/** What the function of jobs does with bulk requests. */
export const bulkRequests: readonly Scenario[] = [
  calling('bulkJobs', {
    prepare: async (simulation) => (await newJobs(simulation)).join(),
    call: (jobIds) => pausing(jobIds.split(',')),
    answers: [200, 202],
    // What broke off is under way until its lease has ended.
    again: [200, 202, 409],
    async judge(trial) {
      const { simulation, ground, subject } = trial
      await simulation.advance(MINUTE_MS)
      const last = await callOperation(simulation, ground, 'bulkJobs', pausing(subject.split(',')))
      const problems = await judge(trial, last?.body.bulkId, { action: 'pause', of: 'ids', becomes: 'PAUSED' })
      const shown = await callOperation(simulation, ground, 'readBulk', { params: { bulkId: last?.body.bulkId } })
      return [...problems, ...unless({ 'it is shown as done': shown?.body.state === 'DONE' })]
    },
  }),
  calling('readBulk', {
    async prepare(simulation, ground) {
      const id = await begin(simulation, ground, 'pause', await newJobs(simulation))
      await work(simulation, ground, { tenant: TENANT, id })
      return id
    },
    call: (bulkId) => ({ params: { bulkId } }),
    answers: [200],
    judge: async ({ last }) => unless({ 'both results are shown': last.body.results.length === 2 }),
  }),
]
