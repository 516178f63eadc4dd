import { isEnded } from '../../domain/account/session-end.ts'
import type { SessionEnds } from '../../ports/session-ends.ts'
import type { TokenVerifier } from '../../ports/token-verifier.ts'

/** Verifies access tokens, and that their user has not logged out since. It asks each time: who logs out is out. */
export const sessionVerifier = (accessTokens: TokenVerifier, sessions: Pick<SessionEnds, 'find'>): TokenVerifier => ({
  async verify(token) {
    const caller = await accessTokens.verify(token)
    if (caller?.kind !== 'user' || caller.session === undefined) return caller
    const end = await sessions.find(caller.tenant)
    return end && isEnded(caller.session, end) ? undefined : caller
  },
})
