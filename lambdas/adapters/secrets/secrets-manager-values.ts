import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { SecretValues } from '../../ports/secret-reader.ts'
import { vaultName } from './vault-name.ts'

/**
 * Reads values from AWS Secrets Manager. The client is loaded with the first value that is read: many jobs have no secrets,
 * and loading it would cost every start of the function.
 * @param client by default one of its own, made when it is needed
 */
export function secretsManagerValues(stage: string, client?: SecretsManagerClient): SecretValues {
  let opened = client
  return {
    async read(version) {
      const sdk = await import('@aws-sdk/client-secrets-manager')
      opened ??= new sdk.SecretsManagerClient()
      try {
        const { SecretString } = await opened.send(
          new sdk.GetSecretValueCommand({ SecretId: vaultName(stage, version), VersionId: version.versionId }),
        )
        return SecretString
      } catch (error) {
        // InvalidRequestException is what a secret marked for deletion answers.
        if (error instanceof sdk.ResourceNotFoundException || error instanceof sdk.InvalidRequestException)
          return undefined
        throw error
      }
    },
  }
}
