import { TENANT } from '../../support/world.ts'
import { callOperation, tokenOf } from '../real-api.ts'
import type { RealGround } from '../real-ground.ts'
import { calling, unless } from './calling.ts'
import { deletionRequests } from './deletion.ts'
import { byKey } from './keys.ts'
import { deliver, jobDue, type Scenario } from './scenario.ts'
import { newAdmin, newMember } from './users.ts'

/** An admin, and something to look at. */
const adminAndRun: Scenario['prepare'] = async (simulation, ground) => {
  await jobDue()(simulation)
  await deliver(simulation)
  return newAdmin(ground)
}

const READING = ['listUsers', 'listServiceJobs', 'listServiceRuns', 'listServiceAudit', 'readServiceStats'] as const

const reading = (
  operation: (typeof READING)[number] | 'readServiceAnalytics',
  query: Readonly<Record<string, string>> = {},
): Scenario =>
  calling(operation, {
    ...(query.userId === undefined ? {} : { when: 'of one user' }),
    prepare: adminAndRun,
    call: (adminId) => ({ token: tokenOf(adminId, 'ADMIN'), query }),
    answers: [200],
  })

const adminIds = async (ground: RealGround): Promise<readonly string[]> =>
  (await ground.apiServices().directory.admins()).map(({ userId }) => userId)

/** Entries of changes of a user's role. */
const changesOf = async (ground: RealGround, userId: string): Promise<number> =>
  (await ground.apiServices().trail.ofTenant(userId, { action: 'user.role-changed' }, 10, undefined)).items.length

/** Both who asks and who is spoken of, in one text. */
const two = async (one: Promise<string>, other: Promise<string>) => `${await one},${await other}`
const both = (subject: string): readonly [string, string] => {
  const [adminId = '', userId = ''] = subject.split(',')
  return [adminId, userId]
}

const changing = (subject: string, role: 'USER' | 'ADMIN') => {
  const [adminId, userId] = both(subject)
  return { token: tokenOf(adminId, 'ADMIN'), params: { userId }, body: { role } }
}

const roles: readonly Scenario[] = [
  calling('changeRole', {
    when: 'to that of an admin',
    prepare: (_simulation, ground) => two(newAdmin(ground), newMember(ground)),
    call: (subject) => changing(subject, 'ADMIN'),
    answers: [200],
    async judge({ ground, subject }) {
      const [, userId] = both(subject)
      return unless({
        'they are an admin': (await adminIds(ground)).includes(userId),
        'it has an entry': (await changesOf(ground, userId)) > 0,
      })
    },
  }),
  calling('changeRole', {
    when: 'to that of a user',
    prepare: (_simulation, ground) => two(newAdmin(ground), newAdmin(ground)),
    call: (subject) => changing(subject, 'USER'),
    answers: [200],
    async judge({ ground, subject }) {
      const [adminId, userId] = both(subject)
      return unless({
        'they are an admin no longer, and the other is': (await adminIds(ground)).join() === adminId,
        'it has an entry': (await changesOf(ground, userId)) > 0,
      })
    },
  }),
  {
    name: 'changeRole of one of two admins, and then of the other by the first',
    operation: 'changeRole',
    prepare: (_simulation, ground) => two(newAdmin(ground), newAdmin(ground)),
    act: (simulation, subject, ground) => callOperation(simulation, ground, 'changeRole', changing(subject, 'USER')),
    async judge({ simulation, ground, subject }) {
      const [adminId, userId] = both(subject)
      await callOperation(simulation, ground, 'changeRole', changing(`${userId},${adminId}`, 'USER'))
      return [
        ...unless({ 'there is still an admin': (await adminIds(ground)).length > 0 }),
        ...simulation.evidence.bugs.map(String),
      ]
    },
  },
]

/** What the function of admins does. */
export const admin: readonly Scenario[] = [
  ...READING.map((operation) => reading(operation)),
  reading('readServiceAnalytics', { days: '2' }),
  reading('listServiceJobs', { userId: TENANT }),
  reading('listServiceRuns', { userId: TENANT }),
  calling('readUser', {
    prepare: (_simulation, ground) => two(newAdmin(ground), newMember(ground)),
    call: (subject) => ({ ...changing(subject, 'USER'), body: undefined }),
    answers: [200],
  }),
  ...roles,
  ...deletionRequests,
  byKey('listUsers', {}, [403]),
]
