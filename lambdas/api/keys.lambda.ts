import { randomBytes } from 'node:crypto'
import { ulid } from 'ulid'
import { dynamoAccountStore } from '../adapters/dynamodb/account-store.ts'
import { dynamoApiKeyStore } from '../adapters/dynamodb/api-key-store.ts'
import { dynamoSigningKey } from '../adapters/dynamodb/signing-key.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { KeysEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { openDoor } from '../wiring/door.ts'
import { keysFunction } from './keys.ts'

const environment = readEnvironment(KeysEnvironment)
const table = openTable(environment)

export const handler = keysFunction({
  ...openDoor(environment, table),
  keys: dynamoApiKeyStore(table),
  accounts: dynamoAccountStore(table),
  signingKey: dynamoSigningKey(table),
  clock: Date.now,
  newKeyId: (now) => ulid(now),
  randomBytes,
})
