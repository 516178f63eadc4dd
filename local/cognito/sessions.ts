import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { DurableStore } from '../durable-store.ts'
import { RecordMap } from '../record-map.ts'
import { WireError } from '../wire-service.ts'
import type { PoolAndClient, UserPoolDefinition } from './user-pools.ts'
import type { UserRecord } from './user-record.ts'

const DAY_MS = 86_400_000

/** One sign-in. It ends when its refresh token expires or is revoked, and all its tokens end with it. */
const Session = z.object({
  id: z.string(),
  username: z.string(),
  clientId: z.string(),
  startedAtMs: z.number(),
  expiresAtMs: z.number(),
  /** SHA-256 of the refresh token's secret part. */
  secretHash: z.string(),
  revoked: z.boolean(),
})
export type Session = Readonly<z.infer<typeof Session>>

/** Sessions on disk, found by the refresh token or by the tokens they gave out. */
export class Sessions {
  readonly #sessions: RecordMap<Session>
  readonly #clock: Clock

  constructor({ store, clock }: { readonly store: DurableStore; readonly clock: Clock }) {
    this.#sessions = new RecordMap(store, 'cognito_sessions', Session)
    this.#clock = clock
  }

  /** Begins a session; the refresh token is opaque to its holder and not kept. */
  begin({ pool, client }: PoolAndClient, { username }: UserRecord): { session: Session; refreshToken: string } {
    const now = this.#clock.now()
    for (const [key, old] of this.#sessions.entries(userPrefix(pool, username)))
      if (old.expiresAtMs <= now) this.#sessions.delete(key)
    const secret = randomBytes(32)
    const session = {
      id: randomUUID(),
      username,
      clientId: client.id,
      startedAtMs: now,
      expiresAtMs: now + client.refreshTokenDays * DAY_MS,
      secretHash: sha256(secret).toString('base64url'),
      revoked: false,
    }
    this.#sessions.set(sessionKey(pool, session), session)
    return { session, refreshToken: refreshToken(session, secret) }
  }

  /** The session of a refresh token, revoked or expired ones too; none for a token that was never given out. */
  ofRefreshToken({ pool, client }: PoolAndClient, token: string): Session | undefined {
    const [username, id, secret] = Buffer.from(token, 'base64url').toString().split(' ')
    const session = this.find(pool, username ?? '', id ?? '')
    if (!session || secret === undefined || session.clientId !== client.id) return undefined
    const hash = sha256(Buffer.from(secret, 'base64url'))
    return timingSafeEqual(hash, Buffer.from(session.secretHash, 'base64url')) ? session : undefined
  }

  /** Throws NotAuthorizedException unless the session is still good. */
  checkAlive(session: Session | undefined): Session {
    if (!session) throw new WireError('NotAuthorizedException', 'Invalid Refresh Token')
    if (session.revoked) throw new WireError('NotAuthorizedException', 'Refresh Token has been revoked')
    if (session.expiresAtMs <= this.#clock.now())
      throw new WireError('NotAuthorizedException', 'Refresh Token has expired')
    return session
  }

  find(pool: UserPoolDefinition, username: string, id: string): Session | undefined {
    return this.#sessions.get(sessionKey(pool, { username, id }))
  }

  revoke(pool: UserPoolDefinition, session: Session): void {
    this.#sessions.set(sessionKey(pool, session), { ...session, revoked: true })
  }

  revokeAll(pool: UserPoolDefinition, { username }: UserRecord): void {
    for (const session of this.#sessions.values(userPrefix(pool, username))) this.revoke(pool, session)
  }

  removeAll(pool: UserPoolDefinition, { username }: UserRecord): void {
    for (const [key] of this.#sessions.entries(userPrefix(pool, username))) this.#sessions.delete(key)
  }
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

const userPrefix = (pool: UserPoolDefinition, username: string) => `${pool.id}/${username}/`

const sessionKey = (pool: UserPoolDefinition, { username, id }: Pick<Session, 'username' | 'id'>) =>
  `${userPrefix(pool, username)}${id}`

const refreshToken = ({ username, id }: Session, secret: Uint8Array) =>
  Buffer.from(`${username} ${id} ${Buffer.from(secret).toString('base64url')}`).toString('base64url')
