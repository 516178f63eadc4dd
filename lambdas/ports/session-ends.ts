import type { SessionEnd } from '../domain/account/session-end.ts'

/** When users last ended all their sessions: Cognito revokes refresh tokens, but access tokens outlive that. */
export interface SessionEnds {
  end(tenant: string, end: SessionEnd): Promise<void>
  /** Sees every end that was acknowledged before; those of tokens that have expired anyway are forgotten. */
  find(tenant: string): Promise<SessionEnd | undefined>
}
