import { WireError } from '../wire-service.ts'

export type PasswordPolicy = {
  readonly minimumLength: number
  readonly requireLowercase: boolean
  readonly requireUppercase: boolean
  readonly requireNumbers: boolean
  readonly requireSymbols: boolean
}

/** An app client, as the template's `AWS::Cognito::UserPoolClient` describes it. */
export type UserPoolClientDefinition = {
  readonly id: string
  /** `ExplicitAuthFlows`: ALLOW_USER_PASSWORD_AUTH, ALLOW_USER_SRP_AUTH, ALLOW_REFRESH_TOKEN_AUTH, … */
  readonly authFlows: readonly string[]
  readonly accessTokenMinutes: number
  readonly idTokenMinutes: number
  readonly refreshTokenDays: number
  /** `PreventUserExistenceErrors` is ENABLED. */
  readonly preventUserExistenceErrors: boolean
  /** `EnableTokenRevocation`. */
  readonly revocation: boolean
}

/** A user pool whose users sign in by e-mail address, as the template's `AWS::Cognito::UserPool` describes it. */
export type UserPoolDefinition = {
  /** `<region>_<id>`. */
  readonly id: string
  /** @default the id */
  readonly name?: string
  readonly passwordPolicy: PasswordPolicy
  /** `AutoVerifiedAttributes`; with `email` in it a sign-up mails a code. */
  readonly autoVerified: readonly string[]
  readonly clients: readonly UserPoolClientDefinition[]
  readonly groups: readonly string[]
  /** `UsernameConfiguration.CaseSensitive`. @default false */
  readonly caseSensitive?: boolean
}

/** A pool together with the app client that a request came through. */
export type PoolAndClient = { readonly pool: UserPoolDefinition; readonly client: UserPoolClientDefinition }

/** Finds pools as requests name them. */
export class UserPools {
  readonly #pools: readonly UserPoolDefinition[]

  constructor(pools: readonly UserPoolDefinition[]) {
    this.#pools = pools
  }

  find(poolId: string): UserPoolDefinition | undefined {
    return this.#pools.find((pool) => pool.id === poolId)
  }

  /** Throws ResourceNotFoundException for an unknown pool. */
  get(poolId: string): UserPoolDefinition {
    const pool = this.find(poolId)
    if (!pool) throw new WireError('ResourceNotFoundException', `User pool ${poolId} does not exist.`)
    return pool
  }

  /** Throws ResourceNotFoundException for an unknown client. */
  ofClient(clientId: string): PoolAndClient {
    for (const pool of this.#pools) {
      const client = pool.clients.find((candidate) => candidate.id === clientId)
      if (client) return { pool, client }
    }
    throw new WireError('ResourceNotFoundException', `User pool client ${clientId} does not exist.`)
  }
}
