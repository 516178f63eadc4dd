import type { IdentityProvider } from '../ports/identity-provider.ts'
import type { Log } from '../ports/log.ts'
import { mailQuietly } from './mail-quietly.ts'

export type SignUpDeps = {
  readonly identity: Pick<IdentityProvider, 'signUp' | 'resendCode'>
  readonly log: Log
  newUserId(): string
}

/**
 * Makes an account that its code will confirm. Whether the address has one already shows nowhere: an unconfirmed
 * account gets its code again, a confirmed one gets nothing, and the answer looks the same.
 */
export async function signUp(
  deps: SignUpDeps,
  user: { readonly email: string; readonly password: string; readonly name?: string | undefined },
): Promise<{ readonly userId: string; readonly email: string }> {
  const made = await deps.identity.signUp(user)
  if (made.kind === 'created') return { userId: made.userId, email: user.email }
  await mailQuietly(deps, () => deps.identity.resendCode(user.email))
  return { userId: deps.newUserId(), email: user.email }
}
