import { randomBytes, randomUUID } from 'node:crypto'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { ulid } from 'ulid'
import { dynamoAccountStore } from '../adapters/dynamodb/account-store.ts'
import { dynamoSecretCatalog } from '../adapters/dynamodb/secret-catalog.ts'
import { dynamoSecretUsage } from '../adapters/dynamodb/secret-usage.ts'
import { dynamoSigningKey } from '../adapters/dynamodb/signing-key.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { secretsManagerVault } from '../adapters/secrets/secrets-manager-vault.ts'
import { SecretsEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { openDoor } from '../wiring/door.ts'
import { secretsFunction } from './secrets.ts'

const environment = readEnvironment(SecretsEnvironment)
const table = openTable(environment)

export const handler = secretsFunction({
  ...openDoor(environment, table),
  catalog: dynamoSecretCatalog(table),
  vault: secretsManagerVault(new SecretsManagerClient(), environment.STAGE),
  usage: dynamoSecretUsage(table),
  accounts: dynamoAccountStore(table),
  signingKey: dynamoSigningKey(table),
  clock: Date.now,
  newSecretId: () => ulid(),
  newVersionId: randomUUID,
  randomBytes,
})
