import { Refusal } from '../domain/refusal.ts'
import type { RoleChanges } from '../ports/role-changes.ts'
import type { ListedUser } from '../ports/user-directory.ts'

/** The group of admins has followed by then, ms. */
const REMEMBERED_MS = 3_600_000

const isRecent = (at: number | undefined, now: number): boolean => at !== undefined && now - at < REMEMBERED_MS

/**
 * Refuses what would leave the service without an admin. Who was just taken out of the group counts no more, although the group
 * may still list them.
 * @throws Refusal `conflict`
 */
export function refuseLastAdmin(
  admins: readonly ListedUser[],
  { removed }: RoleChanges,
  userId: string,
  now: number,
): void {
  const stays = ({ userId: id, status }: ListedUser) =>
    id !== userId && status === 'ACTIVE' && !isRecent(removed[id], now)
  if (!admins.some(stays)) throw new Refusal('conflict', 'This is the last admin; make another user an admin first.')
}

const recent = ({ removed }: RoleChanges, now: number) =>
  Object.fromEntries(Object.entries(removed).filter(([, at]) => isRecent(at, now)))

/** The next changes, this user taken out. */
export const withRemoved = (changes: RoleChanges, userId: string, now: number): RoleChanges => ({
  rev: changes.rev + 1,
  removed: { ...recent(changes, now), [userId]: now },
})

/** The next changes, this user an admin. */
export function withoutRemoved(changes: RoleChanges, userId: string, now: number): RoleChanges {
  const { [userId]: _, ...others } = recent(changes, now)
  return { rev: changes.rev + 1, removed: others }
}
