import type { UserCaller } from '../domain/account/caller.ts'
import type { IdentityProvider } from '../ports/identity-provider.ts'

export type ChangePasswordDeps = { readonly identity: Pick<IdentityProvider, 'changePassword'> }

/** Exchanges the caller's password for a new one. Their sessions go on. */
export const changePassword = (
  deps: ChangePasswordDeps,
  { accessToken }: UserCaller,
  change: { readonly currentPassword: string; readonly newPassword: string },
): Promise<void> => deps.identity.changePassword(accessToken, change.currentPassword, change.newPassword)
