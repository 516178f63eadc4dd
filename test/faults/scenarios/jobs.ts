import type { Operation } from '../../../lambdas/http/routes.ts'
import { answered } from '../../support/world.ts'
import { callOperation } from '../real-api.ts'
import { whatIsWrong } from '../simulation.ts'
import { anyJob, calling, unless } from './calling.ts'
import { byKey } from './keys.ts'
import { deliver, type Fields, jobDue, jobDueSoon, MINUTE_MS, type Scenario } from './scenario.ts'
import { templates } from './templates.ts'
import { newSession } from './users.ts'

const edit =
  (patch: Fields): Scenario['act'] =>
  (simulation, jobId) =>
    simulation.edit(jobId, patch)

const targetUrl = 'https://example.com/'
const daily = { cronExpression: '7 3 * * *', targetUrl }
const declared = { jobs: { one: daily, two: { ...daily, cronExpression: '8 3 * * *' } }, prune: true }
const crontab = { format: 'crontab', timezone: 'UTC', crontab: `7 3 * * * curl ${targetUrl}one` }

const someJob: Scenario['prepare'] = (simulation) => jobDueSoon(simulation)

/** A job whose run waits for its next attempt. */
const waitingJob: Scenario['prepare'] = async (simulation) => {
  const jobId = await jobDue({ maxRetries: 1 })(simulation)
  await deliver(simulation)
  return jobId
}

const waiting = (name: string, operation: Operation, act: Scenario['act']): Scenario => ({
  name: `${name} a job whose run waits`,
  operation,
  prepare: waitingJob,
  act,
  answer: () => answered(500),
})

/** A job that a document changes, and one that it does not name. */
const twoJobs: Scenario['prepare'] = async (simulation) => {
  await simulation.create({ name: 'one', cronExpression: '0 3 * * *', targetUrl })
  return (await simulation.create({ name: 'other', cronExpression: '0 3 * * *', targetUrl })) ?? ''
}

/** Brings a document in, whose second coming finds nothing left to do. */
const transferring = (operation: 'applyJobs' | 'importJobs', body: unknown): Scenario =>
  calling(operation, {
    prepare: twoJobs,
    call: () => ({ body }),
    answers: [200],
    async judge({ simulation, ground }) {
      const after = await callOperation(simulation, ground, operation, { body, query: { dryRun: 'true' } })
      const { create, change, delete: deleted, unchanged, refused } = after?.body.summary ?? {}
      return [
        ...unless({ 'nothing is left to do': create + change + deleted + refused === 0 && unchanged > 0 }),
        ...(await whatIsWrong(simulation)),
      ]
    },
  })

/** What the function of jobs does. */
export const jobs: readonly Scenario[] = [
  {
    name: 'creating a job',
    operation: 'createJob',
    prepare: async () => '',
    act: (simulation) => jobDueSoon(simulation),
  },
  {
    name: 'creating a job that signs',
    operation: 'createJob',
    prepare: async () => '',
    act: (simulation) => jobDueSoon(simulation, { sign: true }),
  },
  {
    name: 'retiming a job',
    operation: 'patchJob',
    prepare: someJob,
    act: edit({ cronExpression: 'rate(3 minutes)' }),
  },
  {
    name: 'retiming to an OR expression',
    operation: 'replaceJob',
    prepare: someJob,
    act: edit({ cronExpression: '20 12 22 * 6' }),
  },
  { name: 'renaming a job', operation: 'patchJob', prepare: someJob, act: edit({ name: 'renamed' }) },
  { name: 'pausing a job', operation: 'pauseJob', prepare: someJob, act: edit({ enabled: false }) },
  {
    name: 'resuming a job',
    operation: 'resumeJob',
    prepare: (simulation) => jobDueSoon(simulation, { enabled: false }),
    act: edit({ enabled: true }),
  },
  {
    name: 'deleting a job',
    operation: 'deleteJob',
    prepare: someJob,
    act: (simulation, jobId) => simulation.delete(jobId),
  },
  waiting('pausing', 'pauseJob', edit({ enabled: false })),
  waiting('deleting', 'deleteJob', (simulation, jobId) => simulation.delete(jobId)),
  {
    name: 'starting a run by hand',
    operation: 'runJob',
    prepare: someJob,
    act: (simulation, jobId) => simulation.requestRun(jobId),
  },
  ...(['patchJob', 'pauseJob', 'deleteJob'] as const).map((operation) =>
    calling(operation, {
      when: 'of a version',
      prepare: anyJob,
      call: (jobId) => ({
        params: { jobId },
        headers: { 'if-match': '"1"' },
        ...(operation === 'patchJob' ? { body: { name: 'renamed' } } : {}),
      }),
      answers: operation === 'deleteJob' ? [204] : [200, 202],
      again: operation === 'deleteJob' ? [204, 404] : [200, 202, 412],
      judge: ({ simulation }) => whatIsWrong(simulation),
    }),
  ),
  calling('createJob', {
    when: 'under a key',
    call: () => ({ body: { ...daily, name: 'once' }, headers: { 'idempotency-key': 'once' } }),
    answers: [201, 202],
    // What broke off is under way until its lease has ended.
    again: [201, 202, 409],
    async judge({ simulation, ground }) {
      await simulation.advance(MINUTE_MS)
      const call = { body: { ...daily, name: 'once' }, headers: { 'idempotency-key': 'once' } }
      const last = await callOperation(simulation, ground, 'createJob', call)
      const { items = [] } = (await callOperation(simulation, ground, 'listJobs', {}))?.body ?? {}
      return unless({
        'the job is there once': items.length === 1,
        'and is what the caller is told': items[0]?.id === last?.body.id,
      })
    },
  }),
  calling('changePlan', {
    async prepare(simulation, ground) {
      const { accessToken: token } = await newSession(ground)
      await callOperation(simulation, ground, 'createJob', { body: { ...daily, name: 'planned' }, token })
      return token
    },
    call: (token) => ({ body: { plan: 'PREMIUM' }, token }),
    answers: [200],
    async judge({ ground, last }) {
      const [job] = await Array.fromAsync(ground.apiServices().tenantJobs.ofTenant(last.body.userId))
      const unfinished = await Array.fromAsync(ground.apiServices().plans.unfinished())
      return unless({
        'the account says so': last.body.plan === 'PREMIUM',
        'and so does its job': job?.plan === 'PREMIUM',
        'nothing is left to do': unfinished.length === 0,
      })
    },
  }),
  transferring('applyJobs', declared),
  transferring('importJobs', crontab),
  calling('exportJobs', { prepare: anyJob, call: () => ({}), answers: [200] }),
  calling('listJobs', { prepare: anyJob, call: () => ({}), answers: [200] }),
  calling('readJob', { prepare: anyJob, call: (jobId) => ({ params: { jobId } }), answers: [200] }),
  calling('readNext', { prepare: anyJob, call: (jobId) => ({ params: { jobId } }), answers: [200] }),
  ...templates,
  byKey('listJobs', {}, [200]),
]
