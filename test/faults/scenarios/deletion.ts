import { userDeleted } from '../../../lambdas/domain/audit/task-audit.ts'
import { DELETION_ID, type DeletionStep, type DeletionTask } from '../../../lambdas/domain/task/task.ts'
import type { Operation } from '../../../lambdas/http/routes.ts'
import { newDeletion } from '../../../lambdas/use-cases/begin-deletion.ts'
import { somebody } from '../../support/author.ts'
import type { Call } from '../../support/call-api.ts'
import { callOperation, tokenOf } from '../real-api.ts'
import type { RealGround } from '../real-ground.ts'
import type { Simulation } from '../simulation.ts'
import { finishTasks, sweepAll, work } from './background.ts'
import { calling, unless } from './calling.ts'
import { count } from './figures.ts'
import { deliver, MINUTE_MS, type Scenario, type Trial, withoutDelivery } from './scenario.ts'
import { newAdmin, newMember } from './users.ts'

const HOUR_MS = 60 * MINUTE_MS

const targetUrl = 'https://example.com/'
const secret = ['putSecret', { params: { name: 'TOKEN' }, body: { value: 'correct horse' } }] as const
const job = ['createJob', { body: { name: 'sync', cronExpression: '0 * * * *', targetUrl } }] as const
const others = [
  ['createKey', { body: { name: 'deploy', scopes: ['read'] } }],
  [
    'createTemplate',
    { body: { id: 'mine', name: 'Mine', jobs: [{ name: 'one', cronExpression: '0 3 * * *', targetUrl }] } },
  ],
  ['bulkJobs', { body: { action: 'tag', tags: ['new'], filter: {} } }],
] as const

/** @returns the user's id. */
async function newOwner(
  simulation: Simulation,
  ground: RealGround,
  possessions: readonly (readonly [Operation, Omit<Call, 'route'>])[] = [job],
): Promise<string> {
  const userId = await newMember(ground)
  for (const [operation, call] of possessions) {
    const made = await callOperation(simulation, ground, operation, { ...call, token: tokenOf(userId) })
    if (!made || made.status >= 300) throw new Error(`${operation} was answered ${JSON.stringify(made)}`)
  }
  return userId
}

/** A deletion that nobody has begun to work on. */
async function begin(simulation: Simulation, ground: RealGround, userId: string, step: DeletionStep): Promise<string> {
  const task: DeletionTask = { ...newDeletion(userId, simulation.now), author: somebody, step }
  await ground.apiServices().tasks.beginDeletion(task, userDeleted(task), undefined)
  return userId
}

/** A user who has one of everything, and a run that has been counted. */
async function newLeaver(simulation: Simulation, ground: RealGround): Promise<string> {
  const userId = await newOwner(simulation, ground, [secret, job, ...others])
  await withoutDelivery(simulation, HOUR_MS)
  await deliver(simulation)
  await simulation.advance(HOUR_MS)
  await count(simulation, ground)
  return begin(simulation, ground, userId, 'LOCK')
}

/** One who is gone, and whose token has made something meanwhile. */
async function newRevenant(simulation: Simulation, ground: RealGround): Promise<string> {
  const userId = await newOwner(simulation, ground, [secret, job])
  await ground.apiServices().directory.remove(userId)
  return begin(simulation, ground, userId, 'SETTLING')
}

/** What stays of a user: that they were deleted, by whom, and what they did before; and for a day, that a request was made. */
const mayStay = (userId: string) => [`T#${userId}#A#`, `T#${userId}#TASK#${DELETION_ID}`]

/** However it was cut off: in the end nothing of theirs is left, nothing fires, and both entries are there once. */
async function judge({ simulation, ground, subject: userId }: Trial): Promise<readonly string[]> {
  const { evidence } = simulation
  const [jobId = ''] = [...evidence.reigns].flatMap(([id, [first]]) => (first?.job.tenant === userId ? [id] : []))
  await finishTasks(simulation, ground)
  const calls = evidence.calls.length
  await simulation.advance(2 * HOUR_MS)
  // Values that broke off from their secrets are the sweeper's.
  await sweepAll(simulation, ground)
  const { tasks, trail, directory } = ground.apiServices()
  const entries = async (action: 'user.deleted' | 'user.erased') =>
    (await trail.ofTenant(userId, { action }, 10, undefined)).items.length
  const rows = (await ground.rows()).filter((row) => row.includes(userId) || row.includes(jobId))
  const left = rows.filter((row) => !mayStay(userId).some((key) => row.includes(`"pk":{"S":"${key}`)))
  const names = await Array.fromAsync(ground.scheduleList.names())
  return [
    ...left.map((row) => `is left: ${row}`),
    ...(await ground.values()).filter((name) => name.includes(userId)).map((name) => `is left: the value ${name}`),
    ...unless({
      'it ends': (await tasks.read(userId, DELETION_ID))?.isDone === true,
      'there was a job': jobId !== '',
      'no schedule is left': names.every((name) => !name.startsWith(jobId)),
      'nothing fires any more': evidence.calls.length === calls,
      'the user is gone': (await directory.find(userId)) === undefined,
      'its beginning has one entry': (await entries('user.deleted')) === 1,
      'its end has one entry': (await entries('user.erased')) === 1,
    }),
    ...evidence.bugs.map(String),
  ]
}

/** What the worker does with the deletion of a user: at first, and once no token of theirs is alive. */
export const deletionWork: readonly Scenario[] = [
  {
    name: 'deleting a user',
    prepare: newLeaver,
    act: (simulation, tenant, ground) => work(simulation, ground, { tenant, id: DELETION_ID }),
    judge,
  },
  {
    name: 'deleting what a user has left behind',
    prepare: newRevenant,
    act: (simulation, tenant, ground) => work(simulation, ground, { tenant, id: DELETION_ID }),
    judge,
  },
]

/** Who asks for deletions here. */
const admins = new WeakMap<Simulation, string>()

/** What the function of admins does to begin a deletion. */
export const deletionRequests: readonly Scenario[] = [
  calling('deleteUser', {
    async prepare(simulation, ground) {
      admins.set(simulation, await newAdmin(ground))
      return newOwner(simulation, ground)
    },
    call: (userId, _ground, simulation) => ({
      params: { userId },
      token: tokenOf(admins.get(simulation) ?? '', 'ADMIN'),
    }),
    answers: [202],
    judge,
  }),
  calling('deleteMe', {
    prepare: (simulation, ground) => newOwner(simulation, ground),
    call: (userId) => ({ token: tokenOf(userId) }),
    answers: [202],
    // Who is deleted is out.
    again: [202, 401],
    judge,
  }),
]
