import type { Clock } from '../ports/clock.ts'
import type { IdentityProvider } from '../ports/identity-provider.ts'
import type { SessionEnds } from '../ports/session-ends.ts'

export type ResetPasswordDeps = {
  readonly identity: Pick<IdentityProvider, 'resetPassword' | 'readProfile'>
  readonly sessions: Pick<SessionEnds, 'end'>
  readonly clock: Clock
}

/** Sets a new password by a mailed code and ends every session that was begun with the old one. */
export async function resetPassword(
  deps: ResetPasswordDeps,
  reset: { readonly email: string; readonly code: string; readonly newPassword: string },
): Promise<void> {
  await deps.identity.resetPassword(reset.email, reset.code, reset.newPassword)
  const profile = await deps.identity.readProfile(reset.email)
  if (profile) await deps.sessions.end(profile.userId, { endedAt: deps.clock(), by: undefined })
}
