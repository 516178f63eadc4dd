import * as z from 'zod'
import { Plan } from '../../domain/account/plan.ts'
import { ServiceAnalyticsView, ServiceStatsView } from '../../domain/figures/service-view.ts'
import { JobView } from '../../domain/job/job-view.ts'
import { RunStatus } from '../../domain/run/run.ts'
import { RunView } from '../../domain/run/run-view.ts'
import { DeletionCounts, DeletionStep } from '../../domain/task/task.ts'
import { bare, type ContractsOf } from '../contract.ts'
import { listQuery, pageOf } from '../cursor.ts'
import { auditPage, auditQuery } from './audit.ts'
import { timezone } from './stats.ts'

const UserId = z.string().min(1).max(128).meta({ description: "The user's id." })
const Role = z.enum(['USER', 'ADMIN'])
const params = z.strictObject({ userId: UserId })
const userId = UserId.optional().meta({ description: 'Only what belongs to this user.' })

const Deletion = z
  .strictObject({
    userId: z.string(),
    state: z.enum(['DELETING', 'DELETED']).meta({
      description:
        '`DELETED` once user, jobs, schedules, secrets, keys and runs are gone; twenty minutes later Punctual looks once more.',
    }),
    step: DeletionStep,
    deleted: DeletionCounts.meta({
      description: 'How many are gone so far; a step that was cut off and repeated counts what it found left.',
    }),
    startedAt: z.iso.datetime(),
  })
  .meta({ id: 'UserDeletion' })

const User = z
  .strictObject({
    userId: z.string(),
    email: z.string(),
    name: z.string().nullable(),
    role: Role,
    status: z.enum(['ACTIVE', 'UNCONFIRMED', 'DISABLED', 'DELETING']),
    plan: Plan,
    jobs: z.int(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'User' })

const accepted = { 202: { description: 'The deletion is going on in the background.', schema: Deletion } }

const days = z
  .string()
  .max(2)
  .regex(/^([1-9]|[12]\d|3[01])$/, 'must be a whole number from 1 to 31')
  .default('7')
  .transform(Number)

export const adminContracts = {
  readServiceStats: {
    ...bare,
    summary: 'What the service has',
    description: 'Disabled jobs count as paused. How many users there are is as exact as Cognito knows it.',
    query: z.strictObject({ timezone }),
    answers: { 200: { description: 'The figures.', schema: ServiceStatsView } },
  },
  readServiceAnalytics: {
    ...bare,
    summary: 'What the service did, day by day',
    query: z.strictObject({ timezone, days: days.meta({ description: 'How many days, today included.' }) }),
    answers: { 200: { description: 'The figures.', schema: ServiceAnalyticsView } },
  },
  listUsers: {
    ...bare,
    summary: 'List users',
    description: 'In no particular order. A page may have fewer users than `limit` and still a `nextCursor`.',
    query: z.strictObject({
      ...listQuery,
      // Cognito's own tokens are part of it.
      cursor: z.string().min(1).max(8192).optional().meta({ description: '`nextCursor` of the page before.' }),
      q: z.string().min(1).max(128).optional().meta({ description: 'Part of the address, the name or the id.' }),
    }),
    answers: { 200: { description: 'One page of users.', schema: pageOf(User) } },
  },
  readUser: {
    ...bare,
    summary: 'Read a user',
    description: 'And how far their deletion is, if they are being deleted; `user` is `null` once they are gone.',
    params,
    answers: {
      200: {
        description: 'The user.',
        schema: z.strictObject({ user: User.nullable(), deletion: Deletion.nullable() }),
      },
    },
  },
  changeRole: {
    ...bare,
    summary: 'Make a user an admin, or no admin',
    description:
      'A new admin has the rights with their next token, within 15 minutes. A demoted one loses them at once, and all sessions. The last admin stays one.',
    params,
    body: z.strictObject({ role: Role }),
    answers: { 200: { description: 'The user as they now are.', schema: User } },
  },
  deleteUser: {
    ...bare,
    summary: 'Delete a user',
    description:
      'With everything that they own: jobs, schedules, secrets, API keys, runs. From the answer on they cannot log in, and within seconds nothing of theirs fires; the audit is kept. The same request again tells how far it is. The last admin cannot be deleted.',
    params,
    answers: accepted,
  },
  deleteMe: {
    ...bare,
    summary: 'Delete the own account',
    description:
      'With everything in it, for good. Takes an access token from a log-in of the last five minutes: log in first.',
    answers: accepted,
  },
  listServiceJobs: {
    ...bare,
    summary: 'List the jobs of all users',
    description: 'Newest first, without the credentials that are typed into them.',
    query: z.strictObject({ ...listQuery, userId }),
    answers: { 200: { description: 'One page of jobs.', schema: pageOf(JobView.extend({ userId: z.string() })) } },
  },
  listServiceRuns: {
    ...bare,
    summary: 'List the runs of all users',
    description: 'Newest first, without what was sent and what was answered: that is the users’ own.',
    query: z.strictObject({
      ...listQuery,
      userId,
      status: z.optional(RunStatus).meta({ description: 'Only runs of this status.' }),
      from: auditQuery.from.meta({ description: 'Only runs planned at this instant or later.' }),
      to: auditQuery.to.meta({ description: 'Only runs planned before this instant.' }),
    }),
    answers: { 200: { description: 'One page of runs.', schema: pageOf(RunView.extend({ userId: z.string() })) } },
  },
  listServiceAudit: {
    ...bare,
    summary: 'Who did what, all users',
    query: z.strictObject({ ...auditQuery, userId }),
    answers: auditPage,
  },
} as const satisfies ContractsOf<'admin'>
