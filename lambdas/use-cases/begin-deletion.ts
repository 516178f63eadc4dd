import type { Authored } from '../domain/audit/author.ts'
import { userDeleted } from '../domain/audit/task-audit.ts'
import { notFound, Refusal } from '../domain/refusal.ts'
import { DELETION_ID, type DeletionTask } from '../domain/task/task.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { RoleChangeStore } from '../ports/role-changes.ts'
import type { SessionEnds } from '../ports/session-ends.ts'
import type { TaskStore, TaskWorker } from '../ports/task-store.ts'
import type { UserDirectory } from '../ports/user-directory.ts'
import { refuseLastAdmin, withRemoved } from './last-admin.ts'

export type BeginDeletionDeps = Authored & {
  readonly directory: Pick<UserDirectory, 'find' | 'admins' | 'disable'>
  readonly roles: RoleChangeStore
  readonly sessions: Pick<SessionEnds, 'end'>
  readonly tasks: Pick<TaskStore, 'read' | 'beginDeletion'>
  readonly worker: TaskWorker
  readonly clock: Clock
  readonly log: Log
}

/** Others may change roles at the same moment; past this many times in a row something is wrong. */
const MOST_TRIES = 10

/**
 * Begins to delete a user with everything that they own; the rest is done in the background. From the first write on nothing
 * is made for them any more, and from the answer on they cannot log in. Repeating it tells how far it is.
 * @throws Refusal `not-found`; `conflict` for the last admin.
 */
export async function beginDeletion(deps: BeginDeletionDeps, userId: string): Promise<DeletionTask> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const existing = await deps.tasks.read(userId, DELETION_ID)
    if (existing?.kind === 'USER_DELETION') return goOn(deps, existing)
    const task = await tryToBegin(deps, userId)
    if (task) return goOn(deps, task)
  }
  throw new Refusal('conflict', 'Roles are being changed by others at the same time; try again.')
}

async function tryToBegin(deps: BeginDeletionDeps, userId: string): Promise<DeletionTask | undefined> {
  const [user, admins, roles] = await Promise.all([
    deps.directory.find(userId),
    deps.directory.admins(),
    deps.roles.read(),
  ])
  if (!user) throw notFound('user')
  const now = deps.clock()
  const isAdmin = admins.some((admin) => admin.userId === userId)
  if (isAdmin) refuseLastAdmin(admins, roles, userId, now)
  const task: DeletionTask = { ...newDeletion(userId, now), author: deps.author }
  const isBegun = await deps.tasks.beginDeletion(
    task,
    userDeleted(task),
    isAdmin ? withRemoved(roles, userId, now) : undefined,
  )
  return isBegun ? task : undefined
}

/** A user's deletion before its first step. */
export const newDeletion = (userId: string, now: number): Omit<DeletionTask, 'author'> => ({
  kind: 'USER_DELETION',
  tenant: userId,
  id: DELETION_ID,
  rev: 1,
  leaseUntil: 0,
  notBefore: 0,
  isDone: false,
  createdAt: now,
  updatedAt: now,
  step: 'LOCK',
  isLastPass: false,
  deleted: { jobs: 0, runs: 0, secrets: 0, keys: 0 },
})

/** Keeps the user out at once, and sets the background to work. */
async function goOn(deps: BeginDeletionDeps, task: DeletionTask): Promise<DeletionTask> {
  if (task.isDone) return task
  await deps.directory.disable(task.tenant)
  await deps.sessions.end(task.tenant, { endedAt: deps.clock(), by: undefined })
  try {
    await deps.worker.start(task)
  } catch (error) {
    deps.log.warn('a task waits for the sweeper', { task: task.id, error })
  }
  return task
}
