import { randomUUID } from 'node:crypto'
import { dynamoAccountStore } from '../adapters/dynamodb/account-store.ts'
import { dynamoAttemptCounter } from '../adapters/dynamodb/attempt-counter.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import { AuthEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { parseAdminEmails } from '../domain/account/admin-emails.ts'
import { openCredentials, openIdentity } from '../wiring/credentials.ts'
import { authFunction } from './auth.ts'

const environment = readEnvironment(AuthEnvironment)
const table = openTable(environment)

export const handler = authFunction({
  log: consoleLog(),
  tokens: openCredentials(environment, table),
  identity: openIdentity(environment),
  accounts: dynamoAccountStore(table),
  attempts: dynamoAttemptCounter(table),
  adminEmails: parseAdminEmails(environment.ADMIN_EMAILS),
  clock: Date.now,
  newUserId: randomUUID,
})
