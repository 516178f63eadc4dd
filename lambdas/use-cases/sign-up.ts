import { Refusal } from '../domain/refusal.ts'
import type { IdentityProvider } from '../ports/identity-provider.ts'

export type SignUpDeps = { readonly identity: Pick<IdentityProvider, 'signUp' | 'resendCode'>; newUserId(): string }

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
  await resendQuietly(deps, user.email)
  return { userId: deps.newUserId(), email: user.email }
}

/** A refusal, e.g. after too many codes, would tell that there is an account. */
async function resendQuietly(deps: SignUpDeps, email: string): Promise<void> {
  try {
    await deps.identity.resendCode(email)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
  }
}
