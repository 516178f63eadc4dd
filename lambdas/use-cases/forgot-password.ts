import type { IdentityProvider } from '../ports/identity-provider.ts'
import type { Log } from '../ports/log.ts'
import { mailQuietly } from './mail-quietly.ts'

export type ForgotPasswordDeps = { readonly identity: Pick<IdentityProvider, 'forgotPassword'>; readonly log: Log }

/** Mails a code for a new password to a confirmed account, and does nothing for any other address. */
export const forgotPassword = (deps: ForgotPasswordDeps, email: string): Promise<void> =>
  mailQuietly(deps, () => deps.identity.forgotPassword(email))
