import type { IdentityProvider } from '../ports/identity-provider.ts'

export type ResetPasswordDeps = { readonly identity: Pick<IdentityProvider, 'resetPassword'> }

/** Sets a new password by a mailed code and ends every session that was begun with the old one. */
export const resetPassword = (
  deps: ResetPasswordDeps,
  reset: { readonly email: string; readonly code: string; readonly newPassword: string },
): Promise<void> => deps.identity.resetPassword(reset.email, reset.code, reset.newPassword)
