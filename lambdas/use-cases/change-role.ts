import type { Authored } from '../domain/audit/author.ts'
import { roleChanged } from '../domain/audit/task-audit.ts'
import { notFound, Refusal } from '../domain/refusal.ts'
import type { Clock } from '../ports/clock.ts'
import type { RoleChangeStore } from '../ports/role-changes.ts'
import type { SessionEnds } from '../ports/session-ends.ts'
import type { UserDirectory } from '../ports/user-directory.ts'
import { refuseLastAdmin, withoutRemoved, withRemoved } from './last-admin.ts'

export type ChangeRoleDeps = Authored & {
  readonly directory: Pick<UserDirectory, 'find' | 'admins' | 'addAdmin' | 'removeAdmin' | 'endSessions'>
  readonly roles: RoleChangeStore
  readonly sessions: Pick<SessionEnds, 'end'>
  readonly clock: Clock
}

export type Role = 'USER' | 'ADMIN'

const MOST_TRIES = 10

/**
 * Makes a user an admin, or an admin a user. The change is written down first, on condition that nobody has written another; the
 * group follows. A crash in between is made up for by the same request again.
 * @throws Refusal `not-found`; `conflict` for the last admin.
 */
export async function changeRole(deps: ChangeRoleDeps, userId: string, role: Role): Promise<void> {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const [user, admins, roles] = await Promise.all([
      deps.directory.find(userId),
      deps.directory.admins(),
      deps.roles.read(),
    ])
    if (!user) throw notFound('user')
    const before: Role = admins.some((admin) => admin.userId === userId) ? 'ADMIN' : 'USER'
    const now = deps.clock()
    if (before === role && roles.removed[userId] === undefined) return
    if (role === 'USER') refuseLastAdmin(admins, roles, userId, now)
    const changes = role === 'USER' ? withRemoved(roles, userId, now) : withoutRemoved(roles, userId, now)
    if (await deps.roles.save(changes, roleChanged(deps.author, userId, { before, after: role }, now))) {
      return follow(deps, userId, role)
    }
  }
  throw new Refusal('conflict', 'Roles are being changed by others at the same time; try again.')
}

/** A demoted admin's tokens, which say otherwise, open nothing any more. */
async function follow({ directory, sessions, clock }: ChangeRoleDeps, userId: string, role: Role): Promise<void> {
  if (role === 'ADMIN') return directory.addAdmin(userId)
  await directory.removeAdmin(userId)
  await directory.endSessions(userId)
  await sessions.end(userId, { endedAt: clock(), by: undefined })
}
