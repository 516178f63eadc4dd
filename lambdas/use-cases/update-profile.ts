import type { UserCaller } from '../domain/account/caller.ts'
import type { IdentityProvider } from '../ports/identity-provider.ts'
import { type AccountView, type ReadAccountDeps, readAccount } from './read-account.ts'

export type UpdateProfileDeps = ReadAccountDeps & { readonly identity: Pick<IdentityProvider, 'rename'> }

/** Changes what the caller goes by, and reads the account as it then is. @param profile.name null for none. */
export async function updateProfile(
  deps: UpdateProfileDeps,
  caller: UserCaller,
  { name }: { readonly name: string | null },
): Promise<AccountView> {
  await deps.identity.rename(caller.accessToken, name)
  return readAccount(deps, caller)
}
