import { refuseCode } from '../domain/account/refuse-code.ts'
import type { IdentityProvider } from '../ports/identity-provider.ts'

export type VerifyAccountDeps = {
  readonly identity: Pick<IdentityProvider, 'confirm' | 'makeAdmin'>
  /** In lower case. */
  readonly adminEmails: ReadonlySet<string>
}

/**
 * Confirms an account by the code that was mailed to it; one of the admins' addresses becomes an admin then. Should
 * the second step fail, another call makes up for it, although the code has been used.
 */
export async function verifyAccount(deps: VerifyAccountDeps, email: string, code: string): Promise<void> {
  const outcome = await deps.identity.confirm(email, code)
  if (deps.adminEmails.has(email)) await deps.identity.makeAdmin(email)
  if (outcome === 'confirmed-before') throw refuseCode('confirm')
}
