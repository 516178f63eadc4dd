import { ulid } from 'ulid'
import { dynamoRequestClaims } from '../adapters/dynamodb/request-claims.ts'
import { dynamoRequestCounter } from '../adapters/dynamodb/request-counter.ts'
import { dynamoSessionEnds } from '../adapters/dynamodb/session-ends.ts'
import type { Table } from '../adapters/dynamodb/table.ts'
import { consoleLog } from '../adapters/logging/console-log.ts'
import type { ApiFunctionDeps } from '../http/api-function.ts'
import { requestLimiter } from '../use-cases/limit-requests.ts'
import { openCredentials, type PoolEnvironment } from './credentials.ts'

/** What every function of the API has at its door. */
export const openDoor = (environment: PoolEnvironment, table: Table): ApiFunctionDeps => ({
  ...openPublicDoor(table),
  tokens: openCredentials(environment, table),
})

/** The door of a function that serves anyone: no credential is ever looked at. */
export function openPublicDoor(table: Table): ApiFunctionDeps {
  const log = consoleLog()
  const clock = Date.now
  return {
    log,
    tokens: { verify: async () => undefined },
    sessions: dynamoSessionEnds(table),
    requests: requestLimiter({ counter: dynamoRequestCounter(table), clock, log }),
    idempotency: { claims: dynamoRequestClaims(table), clock, log, newClaimId: (now) => ulid(now) },
  }
}
