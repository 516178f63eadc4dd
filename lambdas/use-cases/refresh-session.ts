import type { IdentityProvider, Session } from '../ports/identity-provider.ts'

export type RefreshSessionDeps = { readonly identity: Pick<IdentityProvider, 'refresh'> }

/** Trades a refresh token for new tokens. */
export const refreshSession = (deps: RefreshSessionDeps, refreshToken: string): Promise<Session> =>
  deps.identity.refresh(refreshToken)
