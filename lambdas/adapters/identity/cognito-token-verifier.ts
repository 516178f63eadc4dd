import { CognitoJwtVerifier } from 'aws-jwt-verify'
import { FetchError, JwksValidationError, JwkValidationError, JwtBaseError } from 'aws-jwt-verify/error'
import { type Fetcher, SimpleFetcher } from 'aws-jwt-verify/https'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import { Refusal } from '../../domain/refusal.ts'
import type { Clock } from '../../ports/clock.ts'
import type { TokenVerifier } from '../../ports/token-verifier.ts'
import { ADMIN_GROUP } from './cognito-pool.ts'
import { rememberedCallers, type Vouched } from './remembered-callers.ts'

export type CognitoTokenVerifierOptions = {
  readonly userPoolId: string
  readonly clientId: string
  /** Base URL under which the pool's signing keys are found when they are not Cognito's own. */
  readonly endpoint?: string | undefined
  /** Tells when what is remembered has expired. @default the system's */
  readonly clock?: Clock
}

/** A function that has just started waits for the keys once; to refuse would take its caller longer. */
const FETCH_TIMEOUT_MS = 5_000

/** Reads the pool's keys at `endpoint`, whatever address the library asks for; like the library's own, twice if need be. */
function fetchFrom(endpoint: string, userPoolId: string): Fetcher {
  const uri = new URL(`/${userPoolId}/.well-known/jwks.json`, endpoint).href
  const once = async () => {
    const response = await fetch(uri, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) })
    if (!response.ok) throw new Error(`status ${response.status}`)
    return response.arrayBuffer()
  }
  return {
    async fetch() {
      try {
        return await once().catch(once)
      } catch (error) {
        throw new FetchError(uri, error)
      }
    },
  }
}

const PATIENT = { defaultRequestOptions: { responseTimeout: FETCH_TIMEOUT_MS } }

/** The keys could not be read: no fault of the token's. */
const isKeyTrouble = (error: unknown): boolean =>
  error instanceof FetchError || error instanceof JwksValidationError || error instanceof JwkValidationError

/** The claims of an access token that tell whose it is. */
type Claims = Awaited<ReturnType<ReturnType<typeof verifierOf>['verify']>>

function verifierOf({ userPoolId, clientId, endpoint }: CognitoTokenVerifierOptions) {
  const fetcher = endpoint === undefined ? new SimpleFetcher(PATIENT) : fetchFrom(endpoint, userPoolId)
  return CognitoJwtVerifier.create(
    { userPoolId, clientId, tokenUse: 'access' },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  )
}

function vouchedBy(claims: Claims): Vouched {
  const role = claims['cognito:groups']?.includes(ADMIN_GROUP) ? 'ADMIN' : 'USER'
  const session = { id: claims.origin_jti, startedAt: (claims.auth_time ?? claims.iat) * 1000 }
  return {
    caller: { kind: 'user', tenant: claims.sub, username: claims.username, role, session },
    expiresAt: claims.exp * 1000,
  }
}

/**
 * Verifies access tokens of one client of a Cognito user pool: signature, issuer, client, use and lifetime. Whether its
 * session was ended since, it does not know.
 */
export function cognitoTokenVerifier(options: CognitoTokenVerifierOptions): TokenVerifier {
  const verifier = verifierOf(options)
  const known = rememberedCallers(options.clock ?? Date.now)
  return {
    async verify(token) {
      const before = known.find(token)
      if (before) return { ...before, accessToken: token }
      try {
        const vouched = vouchedBy(await verifier.verify(token))
        known.add(token, vouched)
        return { ...vouched.caller, accessToken: token }
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
