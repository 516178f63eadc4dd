import { randomUUID } from 'node:crypto'
import { dynamoAccountStore } from '../adapters/dynamodb/account-store.ts'
import { dynamoAttemptCounter } from '../adapters/dynamodb/attempt-counter.ts'
import { dynamoSessionEnds } from '../adapters/dynamodb/session-ends.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { AuthEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { parseAdminEmails } from '../domain/account/admin-emails.ts'
import { openIdentity } from '../wiring/credentials.ts'
import { openDoor } from '../wiring/door.ts'
import { authFunction } from './auth.ts'

const environment = readEnvironment(AuthEnvironment)
const table = openTable(environment)

export const handler = authFunction({
  ...openDoor(environment, table),
  identity: openIdentity(environment),
  accounts: dynamoAccountStore(table),
  sessions: dynamoSessionEnds(table),
  attempts: dynamoAttemptCounter(table),
  adminEmails: parseAdminEmails(environment.ADMIN_EMAILS),
  clock: Date.now,
  newUserId: randomUUID,
})
