import { ulid } from 'ulid'
import type { RequestClaim } from '../../lambdas/domain/request-claim.ts'
import type { ApiFunctionDeps } from '../../lambdas/http/api-function.ts'
import type { ClaimName, RequestClaims } from '../../lambdas/ports/request-claims.ts'
import type { RequestLimiter } from '../../lambdas/ports/request-limiter.ts'

/** Lets everyone in, and says so. */
export const unlimited: RequestLimiter = {
  admit: async () => ({
    quota: { name: 'test', requests: 1_000_000 },
    isAdmitted: true,
    remaining: 999_999,
    resetSeconds: 60,
  }),
}

/** Claims in memory, as the adapter keeps them. */
export function memoryClaims(): RequestClaims {
  const claims = new Map<string, RequestClaim>()
  const textOf = ({ tenant, operation, key }: ClaimName) => JSON.stringify([tenant, operation, key])
  return {
    async add(name, claim, now) {
      const found = claims.get(textOf(name))
      if (found && found.expiresAt > now) return false
      claims.set(textOf(name), claim)
      return true
    },
    read: async (name) => claims.get(textOf(name)),
    async replace(name, claim, token) {
      if (claims.get(textOf(name))?.token !== token) return false
      claims.set(textOf(name), claim)
      return true
    },
    async remove(name, token) {
      if (claims.get(textOf(name))?.token === token) claims.delete(textOf(name))
    },
  }
}

/** The door of a function under test: it knows whom the tokens vouch for, counts nothing, and keeps claims in memory. */
export function testDoor<Deps extends Pick<ApiFunctionDeps, 'tokens' | 'log'>>(
  deps: Deps,
  clock: () => number = Date.now,
): Deps & ApiFunctionDeps {
  const idempotency = { claims: memoryClaims(), clock, log: deps.log, newClaimId: (now: number) => ulid(now) }
  return { requests: unlimited, sessions: { find: async () => undefined }, idempotency, ...deps }
}
