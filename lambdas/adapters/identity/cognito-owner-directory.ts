import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider'
import type { OwnerDirectory } from '../../ports/owner-directory.ts'

/**
 * Owners are users of the pool, and a tenant is a user's `sub`, which names them as well (Amazon Cognito API Reference,
 * "AdminGetUser", Username). The client is loaded when the first owner is asked for.
 * @param client one of its own, made when it is needed, unless given.
 */
export function cognitoOwnerDirectory(userPoolId: string, client?: CognitoIdentityProviderClient): OwnerDirectory {
  let made = client
  return {
    async emailOf(tenant) {
      const sdk = await import('@aws-sdk/client-cognito-identity-provider')
      made ??= new sdk.CognitoIdentityProviderClient()
      try {
        const user = await made.send(new sdk.AdminGetUserCommand({ UserPoolId: userPoolId, Username: tenant }))
        const attributes = new Map(user.UserAttributes?.map(({ Name, Value }) => [Name, Value]))
        const isReachable = user.Enabled === true && attributes.get('email_verified') === 'true'
        return isReachable ? attributes.get('email') : undefined
      } catch (error) {
        if (error instanceof sdk.UserNotFoundException) return undefined
        throw error
      }
    },
  }
}
