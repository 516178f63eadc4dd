import { createHmac, randomBytes } from 'node:crypto'
import { WireError } from '../wire-service.ts'
import { attemptsOf, type CognitoParts } from './parts.ts'
import { beginSrp, provesPassword, type SrpExchange } from './srp.ts'
import type { PoolAndClient } from './user-pools.ts'
import type { UserRecord } from './user-record.ts'

/** How long a client may take to answer the challenge (`AuthSessionValidity`, its default). */
const ANSWER_WITHIN_MS = 3 * 60_000

type Pending = {
  readonly exchange: SrpExchange
  readonly clientId: string
  readonly expiresAtMs: number
  readonly login: string
}

/** Sign-in by SRP in two steps: the password never leaves the client. Exchanges under way are kept in memory. */
export class SrpSignIn {
  readonly #parts: CognitoParts
  readonly #pending = new Map<string, Pending>()
  /** Gives names of nobody the same salt each time, as somebody's would have. */
  readonly #nobody = randomBytes(32)

  constructor(parts: CognitoParts) {
    this.#parts = parts
  }

  /** Answers with the challenge PASSWORD_VERIFIER. */
  begin({ pool, client }: PoolAndClient, login: string, clientPublicHex: string) {
    const { users, limits, clock } = this.#parts
    const user = client.preventUserExistenceErrors ? users.find(pool, login) : users.get(pool, login)
    limits.checkSignIn(attemptsOf(pool, user, login))
    const username = user?.username ?? this.#nobodysName(login)
    const { salt, verifier } = user?.srp ?? { salt: this.#hmac(login).slice(0, 32), verifier: this.#hmac(`v ${login}`) }
    const exchange = beginSrp({ poolId: pool.id, username }, clientPublicHex, verifier)
    if (!exchange) throw new WireError('InvalidParameterException', 'Invalid SRP_A')
    const secretBlock = randomBytes(64).toString('base64')
    this.#forgetExpired()
    this.#pending.set(secretBlock, {
      exchange,
      clientId: client.id,
      expiresAtMs: clock.now() + ANSWER_WITHIN_MS,
      login,
    })
    return {
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeParameters: {
        SALT: salt,
        SRP_B: exchange.serverPublic.toString(16),
        SECRET_BLOCK: secretBlock,
        USERNAME: username,
        USER_ID_FOR_SRP: username,
      },
    }
  }

  /** The user who answered the challenge rightly. Throws NotAuthorizedException; a challenge is good for one answer. */
  finish({ pool, client }: PoolAndClient, response: (name: string) => string): UserRecord {
    const { users, limits } = this.#parts
    const secretBlock = response('PASSWORD_CLAIM_SECRET_BLOCK')
    const claim = { secretBlock, timestamp: response('TIMESTAMP'), signature: response('PASSWORD_CLAIM_SIGNATURE') }
    this.#forgetExpired()
    const pending = this.#pending.get(secretBlock)
    this.#pending.delete(secretBlock)
    if (!pending || pending.clientId !== client.id)
      throw new WireError('NotAuthorizedException', 'Invalid session for the user, session is expired.')
    const user = users.find(pool, pending.exchange.who.username)
    const who = attemptsOf(pool, user, pending.login)
    limits.checkSignIn(who)
    if (!user || !provesPassword(pending.exchange, claim)) {
      limits.signInFailed(who)
      throw new WireError('NotAuthorizedException', 'Incorrect username or password.')
    }
    limits.signInSucceeded(who)
    return user
  }

  #hmac(text: string): string {
    return createHmac('sha256', this.#nobody).update(text.toLowerCase()).digest('hex')
  }

  #nobodysName(login: string): string {
    return this.#hmac(`u ${login}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
  }

  #forgetExpired(): void {
    const now = this.#parts.clock.now()
    for (const [secretBlock, { expiresAtMs }] of this.#pending) {
      if (expiresAtMs > now) break
      this.#pending.delete(secretBlock)
    }
  }
}
