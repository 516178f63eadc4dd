import {
  CreateSecretCommand,
  DeleteSecretCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { SecretVault } from '../../ports/secret-vault.ts'
import { vaultName } from './vault-name.ts'

/** How long an operator can still restore a deleted value: the shortest that Secrets Manager offers. */
const RECOVERY_DAYS = 7

/** Secrets Manager refuses with either: the secret is not there, or it is marked for deletion. */
const isGone = (error: unknown): boolean =>
  error instanceof ResourceNotFoundException || error instanceof InvalidRequestException

/**
 * Values in AWS Secrets Manager, one secret each. The version ids are ours: Secrets Manager takes the request token
 * as the version's id (API Reference, "PutSecretValue"), which also makes a repeated call harmless.
 */
export const secretsManagerVault = (client: SecretsManagerClient, stage: string): SecretVault => ({
  async create(version, value) {
    await client.send(
      new CreateSecretCommand({
        Name: vaultName(stage, version),
        ClientRequestToken: version.versionId,
        SecretString: value,
        Tags: [
          { Key: 'punctual:stage', Value: stage },
          { Key: 'punctual:tenant', Value: version.tenant },
        ],
      }),
    )
  },
  async addVersion(version, value) {
    try {
      await client.send(
        new PutSecretValueCommand({
          SecretId: vaultName(stage, version),
          ClientRequestToken: version.versionId,
          SecretString: value,
        }),
      )
      return true
    } catch (error) {
      if (isGone(error)) return false
      throw error
    }
  },
  async remove(secret) {
    try {
      await client.send(
        new DeleteSecretCommand({ SecretId: vaultName(stage, secret), RecoveryWindowInDays: RECOVERY_DAYS }),
      )
    } catch (error) {
      if (!isGone(error)) throw error
    }
  },
})
