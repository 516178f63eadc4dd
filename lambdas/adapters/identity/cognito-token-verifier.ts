import { CognitoJwtVerifier } from 'aws-jwt-verify'
import { FetchError, JwksValidationError, JwkValidationError, JwtBaseError } from 'aws-jwt-verify/error'
import { type Fetcher, SimpleFetcher } from 'aws-jwt-verify/https'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import { Refusal } from '../../domain/refusal.ts'
import type { TokenVerifier } from '../../ports/token-verifier.ts'
import { ADMIN_GROUP } from './cognito-pool.ts'

export type CognitoTokenVerifierOptions = {
  readonly userPoolId: string
  readonly clientId: string
  /** Base URL under which the pool's signing keys are found when they are not Cognito's own. */
  readonly endpoint?: string | undefined
}

const FETCH_TIMEOUT_MS = 3_000

/** Reads the pool's keys at `endpoint`, whatever address the library asks for. */
const fetchFrom = (endpoint: string, userPoolId: string): Fetcher => ({
  async fetch() {
    const uri = new URL(`/${userPoolId}/.well-known/jwks.json`, endpoint).href
    try {
      const response = await fetch(uri, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) })
      if (!response.ok) throw new Error(`status ${response.status}`)
      return await response.arrayBuffer()
    } catch (error) {
      throw new FetchError(uri, error)
    }
  },
})

/** The keys could not be read: no fault of the token's. */
const isKeyTrouble = (error: unknown): boolean =>
  error instanceof FetchError || error instanceof JwksValidationError || error instanceof JwkValidationError

/**
 * Verifies access tokens of one client of a Cognito user pool: signature, issuer, client, use and lifetime. Whether its
 * session was ended since, it does not know.
 */
export function cognitoTokenVerifier({ userPoolId, clientId, endpoint }: CognitoTokenVerifierOptions): TokenVerifier {
  const fetcher = endpoint === undefined ? new SimpleFetcher() : fetchFrom(endpoint, userPoolId)
  const verifier = CognitoJwtVerifier.create(
    { userPoolId, clientId, tokenUse: 'access' },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  )
  return {
    async verify(token) {
      try {
        const claims = await verifier.verify(token)
        const role = claims['cognito:groups']?.includes(ADMIN_GROUP) ? 'ADMIN' : 'USER'
        const session = { id: claims.origin_jti, startedAt: (claims.auth_time ?? claims.iat) * 1000 }
        return { kind: 'user', tenant: claims.sub, username: claims.username, role, accessToken: token, session }
      } catch (error) {
        if (isKeyTrouble(error)) {
          throw new Refusal('unavailable', 'Tokens cannot be verified right now; try again.', {
            retryAfterSeconds: 5,
            cause: error,
          })
        }
        if (error instanceof JwtBaseError) return undefined
        throw error
      }
    },
  }
}
