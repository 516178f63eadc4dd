import type { IdentityProvider } from '../ports/identity-provider.ts'
import type { Log } from '../ports/log.ts'
import { mailQuietly } from './mail-quietly.ts'

export type ResendVerificationDeps = { readonly identity: Pick<IdentityProvider, 'resendCode'>; readonly log: Log }

/** Mails a new code to an unconfirmed account, and does nothing for any other address. */
export const resendVerification = (deps: ResendVerificationDeps, email: string): Promise<void> =>
  mailQuietly(deps, () => deps.identity.resendCode(email))
