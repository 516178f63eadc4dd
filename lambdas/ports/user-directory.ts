import type { Profile } from './identity-provider.ts'

export type UserStatus = 'ACTIVE' | 'UNCONFIRMED' | 'DISABLED'

/** A user as an admin sees them. */
export type ListedUser = Profile & { readonly status: UserStatus }

/** All users, for admins. Calls that change a user may be repeated, and do nothing when the user is gone. */
export interface UserDirectory {
  /** @returns undefined when there is no such user. */
  find(userId: string): Promise<ListedUser | undefined>
  /**
   * One page in no particular order; it may be empty and yet have a next.
   * @param page.email only the user of exactly this address.
   */
  page(page: {
    readonly limit: number
    readonly after?: string | undefined
    readonly email?: string | undefined
  }): Promise<{ readonly users: readonly ListedUser[]; readonly next: string | undefined }>
  /** How many there are, as far as is known. */
  count(): Promise<number>
  /** Everybody in the group of admins. */
  admins(): Promise<readonly ListedUser[]>
  isAdmin(userId: string): Promise<boolean>
  addAdmin(userId: string): Promise<void>
  removeAdmin(userId: string): Promise<void>
  /** Keeps the user from logging in, and ends all sessions. */
  disable(userId: string): Promise<void>
  /** Revokes every refresh token. */
  endSessions(userId: string): Promise<void>
  remove(userId: string): Promise<void>
}
