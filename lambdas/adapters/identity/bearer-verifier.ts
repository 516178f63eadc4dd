import { isMeantAsKey } from '../../domain/account/api-key.ts'
import type { TokenVerifier } from '../../ports/token-verifier.ts'

/** Verifies each bearer credential by its own kind's verifier. */
export const bearerVerifier = (verifiers: {
  readonly accessTokens: TokenVerifier
  readonly keys: TokenVerifier
}): TokenVerifier => ({
  verify: (token) => (isMeantAsKey(token) ? verifiers.keys : verifiers.accessTokens).verify(token),
})
