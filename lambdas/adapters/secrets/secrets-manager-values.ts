import {
  GetSecretValueCommand,
  InvalidRequestException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { SecretValues } from '../../ports/secret-reader.ts'
import { vaultName } from './vault-name.ts'

/** Reads values from AWS Secrets Manager. */
export const secretsManagerValues = (client: SecretsManagerClient, stage: string): SecretValues => ({
  async read(version) {
    try {
      const { SecretString } = await client.send(
        new GetSecretValueCommand({ SecretId: vaultName(stage, version), VersionId: version.versionId }),
      )
      return SecretString
    } catch (error) {
      // InvalidRequestException is what a secret marked for deletion answers.
      if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException) return undefined
      throw error
    }
  },
})
