import type { Account } from '../domain/account/account.ts'

/** What Punctual keeps of each tenant. */
export interface AccountStore {
  /** A tenant that has done nothing yet reads as a new account. */
  read(tenant: string): Promise<Account>
}
