import type { Clock } from '../clock.ts'
import type { AttemptLimits } from './attempt-limits.ts'
import type { OneTimeCodes } from './one-time-codes.ts'
import { checkPolicy, hashPassword } from './passwords.ts'
import type { Sessions } from './sessions.ts'
import { makeSrpVerifier } from './srp.ts'
import type { Tokens } from './tokens.ts'
import type { UserPoolDefinition, UserPools } from './user-pools.ts'
import type { UserRecord } from './user-record.ts'
import type { UserStore } from './user-store.ts'

/** What the operations are made of. */
export type CognitoParts = {
  readonly pools: UserPools
  readonly users: UserStore
  readonly codes: OneTimeCodes
  readonly limits: AttemptLimits
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly clock: Clock
}

/** Whom attempts are counted against: the user or, where there is none, the name that was tried. */
export const attemptsOf = (pool: UserPoolDefinition, user: UserRecord | undefined, login: string): string =>
  `${pool.id}/${user?.username ?? login.toLowerCase()}`

const allowsSrp = (pool: UserPoolDefinition): boolean =>
  pool.clients.some(({ authFlows }) => authFlows.includes('ALLOW_USER_SRP_AUTH'))

/** The SRP verifier to store with a password, where the pool has a client that can use one. */
export const srpFor = (pool: UserPoolDefinition, username: string, password: string): Pick<UserRecord, 'srp'> =>
  allowsSrp(pool) ? { srp: makeSrpVerifier({ poolId: pool.id, username }, password) } : {}

/** What to store for a new password. Throws InvalidPasswordException. */
export async function newPassword(pool: UserPoolDefinition, username: string, password: string) {
  checkPolicy(password, pool.passwordPolicy)
  return { password: await hashPassword(password), ...srpFor(pool, username, password) }
}
