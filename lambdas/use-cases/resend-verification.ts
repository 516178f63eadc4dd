import type { IdentityProvider } from '../ports/identity-provider.ts'

export type ResendVerificationDeps = { readonly identity: Pick<IdentityProvider, 'resendCode'> }

/** Mails a new code to an unconfirmed account, and does nothing for any other address. */
export const resendVerification = (deps: ResendVerificationDeps, email: string): Promise<void> =>
  deps.identity.resendCode(email)
