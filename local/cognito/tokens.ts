import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { WireError } from '../wire-service.ts'
import type { Session, Sessions } from './sessions.ts'
import type { SigningKeys } from './signing-keys.ts'
import type { PoolAndClient, UserPoolDefinition, UserPools } from './user-pools.ts'
import { hasVerifiedEmail, type UserRecord } from './user-record.ts'
import type { UserStore } from './user-store.ts'

/** The scope that lets a token's holder manage their own account. */
const OWN_ACCOUNT = 'aws.cognito.signin.user.admin'

const AccessClaims = z.object({
  iss: z.string(),
  username: z.string(),
  client_id: z.string(),
  event_id: z.string(),
  exp: z.number(),
  token_use: z.literal('access'),
  scope: z.string(),
})

type Options = {
  readonly pools: UserPools
  readonly users: UserStore
  readonly sessions: Sessions
  readonly keys: SigningKeys
  readonly clock: Clock
  readonly region: string
}

/** Who presented an access token. */
export type Caller = { readonly pool: UserPoolDefinition; readonly user: UserRecord; readonly session: Session }

/** Access and ID tokens: gives them out and checks those that come back (Developer Guide, "Understanding tokens"). */
export class Tokens {
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  issuer(poolId: string): string {
    return `https://cognito-idp.${this.#options.region}.amazonaws.com/${poolId}`
  }

  /** The answer's `AuthenticationResult`, without a refresh token. */
  async issue(through: PoolAndClient, user: UserRecord, session: Session) {
    const { pool, client } = through
    const iat = Math.floor(this.#options.clock.now() / 1000)
    const common = {
      sub: user.username,
      ...(user.groups.length > 0 ? { 'cognito:groups': user.groups } : {}),
      iss: this.issuer(pool.id),
      ...(client.revocation ? { origin_jti: session.id } : {}),
      event_id: session.id,
      auth_time: Math.floor(session.startedAtMs / 1000),
      iat,
    }
    const ExpiresIn = Math.round(client.accessTokenMinutes * 60)
    const access = { ...common, ...accessClaims(through, user), exp: iat + ExpiresIn, jti: randomUUID() }
    const id = {
      ...idClaims(through, user),
      ...common,
      exp: iat + Math.round(client.idTokenMinutes * 60),
      jti: randomUUID(),
    }
    const { keys } = this.#options
    const [AccessToken, IdToken] = await Promise.all([keys.sign(pool.id, access), keys.sign(pool.id, id)])
    return { AccessToken, IdToken, ExpiresIn, TokenType: 'Bearer' }
  }

  /** Throws NotAuthorizedException unless the access token is ours, in date, not revoked, and its user may act. */
  async caller(accessToken: string): Promise<Caller> {
    const claims = readClaims(accessToken)
    const pool = claims && this.#options.pools.find(claims.iss.slice(claims.iss.lastIndexOf('/') + 1))
    if (!pool || claims.iss !== this.issuer(pool.id) || !(await this.#options.keys.hasSigned(pool.id, accessToken)))
      throw notAuthorized('Invalid Access Token')
    if (claims.exp * 1000 <= this.#options.clock.now()) throw notAuthorized('Access Token has expired')
    if (!claims.scope.split(' ').includes(OWN_ACCOUNT))
      throw notAuthorized('Access Token does not have required scopes')
    const user = this.#options.users.get(pool, claims.username)
    const session = this.#options.sessions.find(pool, user.username, claims.event_id)
    if (!session || session.revoked) throw notAuthorized('Access Token has been revoked')
    if (!user.enabled) throw notAuthorized('User is disabled.')
    return { pool, user, session }
  }
}

const accessClaims = ({ client }: PoolAndClient, user: UserRecord) => ({
  client_id: client.id,
  token_use: 'access',
  scope: OWN_ACCOUNT,
  username: user.username,
})

const idClaims = ({ client }: PoolAndClient, user: UserRecord) => ({
  ...user.attributes,
  email_verified: hasVerifiedEmail(user),
  'cognito:username': user.username,
  aud: client.id,
  token_use: 'id',
})

function readClaims(token: string): z.infer<typeof AccessClaims> | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    return AccessClaims.safeParse(payload).data
  } catch {
    return undefined
  }
}

const notAuthorized = (message: string) => new WireError('NotAuthorizedException', message)
