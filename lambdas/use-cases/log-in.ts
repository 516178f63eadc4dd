import type { IdentityProvider, Session } from '../ports/identity-provider.ts'

export type LogInDeps = { readonly identity: Pick<IdentityProvider, 'logIn'> }

/** Trades an address and its password for a session. */
export const logIn = (deps: LogInDeps, email: string, password: string): Promise<Session> =>
  deps.identity.logIn(email, password)
