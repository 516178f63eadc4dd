import type { UserCaller } from '../domain/account/caller.ts'
import type { Clock } from '../ports/clock.ts'
import type { IdentityProvider } from '../ports/identity-provider.ts'
import type { SessionEnds } from '../ports/session-ends.ts'

export type LogOutDeps = {
  readonly identity: Pick<IdentityProvider, 'logOut'>
  readonly sessions: Pick<SessionEnds, 'end'>
  readonly clock: Clock
}

/** Ends every session of the caller: refresh tokens are revoked, and access tokens open nothing here any more. */
export async function logOut(deps: LogOutDeps, { tenant, accessToken, session }: UserCaller): Promise<void> {
  await deps.identity.logOut(accessToken)
  await deps.sessions.end(tenant, { endedAt: deps.clock(), by: session?.id })
}
