import type { UserCaller } from '../domain/account/caller.ts'
import type { IdentityProvider } from '../ports/identity-provider.ts'

export type LogOutDeps = { readonly identity: Pick<IdentityProvider, 'logOut'> }

/** Ends every session of the caller: their refresh tokens are revoked, the access tokens end by themselves. */
export const logOut = (deps: LogOutDeps, caller: UserCaller): Promise<void> => deps.identity.logOut(caller.accessToken)
