import type { Plan } from '../domain/account/plan.ts'
import { notFound } from '../domain/refusal.ts'
import { DELETION_ID, type DeletionTask } from '../domain/task/task.ts'
import type { AccountStore } from '../ports/account-store.ts'
import type { TaskStore } from '../ports/task-store.ts'
import type { ListedUser, UserDirectory } from '../ports/user-directory.ts'
import { inTurns } from './in-turns.ts'

export type ListUsersDeps = {
  readonly directory: Pick<UserDirectory, 'page' | 'find' | 'admins'>
  readonly accounts: AccountStore
  readonly tasks: Pick<TaskStore, 'read'>
}

/** A user with what Punctual knows of them. */
export type UserView = Omit<ListedUser, 'status'> & {
  readonly status: ListedUser['status'] | 'DELETING'
  readonly role: 'USER' | 'ADMIN'
  readonly plan: Plan
  readonly jobs: number
}

/** Pages of the directory read at most for one answer: a search may give short pages with a cursor, never a long wait. */
const MOST_PAGES = 5
const AT_ONCE = 8

const ADDRESS = /^[^\s@]+@[^\s@]+$/

/**
 * Users whose address, name or id has `q` in it, in no particular order; a whole address is looked up at once.
 * @returns `next` even behind an empty page, while there are users who were not looked at.
 */
export async function listUsers(
  deps: ListUsersDeps,
  query: { readonly q?: string | undefined; readonly limit: number; readonly after: string | undefined },
): Promise<{ readonly items: readonly UserView[]; readonly next: string | undefined }> {
  const { limit } = query
  const q = query.q?.toLowerCase()
  const email = q !== undefined && ADDRESS.test(q) ? q : undefined
  const found: ListedUser[] = []
  let after = query.after
  for (let pages = 0; pages < MOST_PAGES && found.length < limit; pages++) {
    // Cognito cannot begin within a page: as many as there is room for are asked for.
    const page = await deps.directory.page({ limit: limit - found.length, after, email })
    found.push(...page.users.filter((user) => fits(user, q)))
    after = page.next
    if (after === undefined) break
  }
  const admins = new Set((await deps.directory.admins()).map(({ userId }) => userId))
  return { items: await inTurns(found, AT_ONCE, (user) => viewOf(deps, user, admins.has(user.userId))), next: after }
}

const fits = ({ userId, email, name }: ListedUser, q: string | undefined): boolean =>
  q === undefined || [userId, email, name ?? ''].some((text) => text.toLowerCase().includes(q))

async function viewOf(deps: ListUsersDeps, user: ListedUser, isAdmin: boolean): Promise<UserView> {
  const { plan, jobs, isBeingDeleted } = await deps.accounts.read(user.userId)
  const status = isBeingDeleted ? 'DELETING' : user.status
  return { ...user, status, role: isAdmin ? 'ADMIN' : 'USER', plan, jobs }
}

/** One user, and how far their deletion is. @throws Refusal `not-found` */
export async function readUser(
  deps: ListUsersDeps,
  userId: string,
): Promise<{ readonly user: UserView | undefined; readonly deletion: DeletionTask | undefined }> {
  const [found, admins, task] = await Promise.all([
    deps.directory.find(userId),
    deps.directory.admins(),
    deps.tasks.read(userId, DELETION_ID),
  ])
  const deletion = task?.kind === 'USER_DELETION' ? task : undefined
  if (!found && !deletion) throw notFound('user')
  const isAdmin = admins.some((admin) => admin.userId === userId)
  return { user: found && (await viewOf(deps, found, isAdmin)), deletion }
}
