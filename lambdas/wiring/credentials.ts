import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import { dynamoApiKeyStore } from '../adapters/dynamodb/api-key-store.ts'
import type { Table } from '../adapters/dynamodb/table.ts'
import { apiKeyVerifier } from '../adapters/identity/api-key-verifier.ts'
import { bearerVerifier } from '../adapters/identity/bearer-verifier.ts'
import { cognitoIdentityProvider } from '../adapters/identity/cognito-identity-provider.ts'
import { cognitoTokenVerifier } from '../adapters/identity/cognito-token-verifier.ts'
import { identityEndpoint } from '../config/endpoints.ts'
import type { IdentityProvider } from '../ports/identity-provider.ts'
import type { TokenVerifier } from '../ports/token-verifier.ts'

/** The user pool as a function's environment names it. */
export type PoolEnvironment = { readonly USER_POOL_ID: string; readonly USER_POOL_CLIENT_ID: string }

/** How the adapters of Cognito name it. */
export const poolOf = (environment: PoolEnvironment) => ({
  userPoolId: environment.USER_POOL_ID,
  clientId: environment.USER_POOL_CLIENT_ID,
})

/** The users of the pool. */
export const openIdentity = (environment: PoolEnvironment): IdentityProvider =>
  cognitoIdentityProvider({ ...poolOf(environment), client: new CognitoIdentityProviderClient() })

/** What every function that serves users verifies their credentials with. */
export const openCredentials = (environment: PoolEnvironment, table: Table): TokenVerifier =>
  bearerVerifier({
    accessTokens: cognitoTokenVerifier({ ...poolOf(environment), endpoint: identityEndpoint() }),
    keys: apiKeyVerifier({
      keys: dynamoApiKeyStore(table),
      identity: openIdentity(environment),
      clock: Date.now,
    }),
  })
