import type { Clock } from '../clock.ts'
import type { DurableStore } from '../durable-store.ts'
import { answerJson, type JsonService } from '../json-rpc.ts'
import type { Mailbox } from '../mail/mailbox.ts'
import type { WireRequest, WireResponse, WireService } from '../wire-service.ts'
import { adminOperations } from './admin.ts'
import { AttemptLimits } from './attempt-limits.ts'
import { directoryOperations } from './directory.ts'
import { OneTimeCodes } from './one-time-codes.ts'
import { ownAccountOperations } from './own-account.ts'
import type { CognitoParts } from './parts.ts'
import { recoveryOperations } from './recovery.ts'
import { Sessions } from './sessions.ts'
import { signInOperations } from './sign-in.ts'
import { signUpOperations } from './sign-up.ts'
import { SigningKeys } from './signing-keys.ts'
import { Tokens } from './tokens.ts'
import { type UserPoolDefinition, UserPools } from './user-pools.ts'
import { UserStore } from './user-store.ts'

export type LocalCognitoOptions = {
  readonly pools: readonly UserPoolDefinition[]
  readonly store: DurableStore
  readonly clock: Clock
  /** Where one-time codes go. */
  readonly mailbox: Mailbox
  readonly region: string
}

/**
 * Amazon Cognito user pools on one machine: sign-up by e-mail with one-time codes, sign-in by password or SRP, refresh,
 * revocation, recovery, groups, administration, and real tokens with the pool's JWKS at
 * `/<poolId>/.well-known/jwks.json`. Durable. Without hosted pages, MFA, triggers and federation.
 */
export class LocalCognito implements WireService {
  readonly name = 'COGNITO_IDENTITY_PROVIDER'
  readonly #service: JsonService
  readonly #pools: UserPools
  readonly #keys: SigningKeys
  readonly #tokens: Tokens

  constructor({ pools, store, clock, mailbox, region }: LocalCognitoOptions) {
    this.#pools = new UserPools(pools)
    this.#keys = new SigningKeys(store)
    const users = new UserStore({ store, clock })
    const sessions = new Sessions({ store, clock })
    this.#tokens = new Tokens({ pools: this.#pools, users, sessions, keys: this.#keys, clock, region })
    const parts: CognitoParts = {
      pools: this.#pools,
      users,
      codes: new OneTimeCodes({ store, clock, mailbox }),
      limits: new AttemptLimits(clock),
      sessions,
      tokens: this.#tokens,
      clock,
    }
    this.#service = {
      target: 'AWSCognitoIdentityProviderService',
      validationError: 'InvalidParameterException',
      operations: {
        ...signUpOperations(parts),
        ...signInOperations(parts),
        ...recoveryOperations(parts),
        ...ownAccountOperations(parts),
        ...adminOperations(parts),
        ...directoryOperations(parts),
      },
    }
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    return request.method === 'GET' ? this.#answerGet(request.path) : answerJson(request, this.#service)
  }

  async close(): Promise<void> {}

  async #answerGet(path: string): Promise<WireResponse> {
    const [, poolId = '', document] = /^\/([^/]+)\/\.well-known\/(jwks\.json|openid-configuration)$/.exec(path) ?? []
    if (!this.#pools.find(poolId)) return json(404, { message: 'Not Found' })
    const issuer = this.#tokens.issuer(poolId)
    return json(
      200,
      document === 'jwks.json'
        ? await this.#keys.jwks(poolId)
        : { issuer, jwks_uri: `${issuer}/.well-known/jwks.json`, id_token_signing_alg_values_supported: ['RS256'] },
    )
  }
}

const json = (status: number, body: unknown): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
