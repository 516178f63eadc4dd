import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'

/** A user pool, and the client of it that this API is. */
export type CognitoPool = {
  readonly client: CognitoIdentityProviderClient
  readonly userPoolId: string
  readonly clientId: string
}

/** The group of the pool whose members are admins. */
export const ADMIN_GROUP = 'admin'
