import { dynamoAuditTrail } from '../adapters/dynamodb/dynamo-audit-trail.ts'
import { dynamoSigningKey } from '../adapters/dynamodb/signing-key.ts'
import { openTable } from '../adapters/dynamodb/table.ts'
import { AuditEnvironment } from '../config/environment.ts'
import { readEnvironment } from '../config/read-environment.ts'
import { openDoor } from '../wiring/door.ts'
import { auditFunction } from './audit.ts'

const environment = readEnvironment(AuditEnvironment)
const table = openTable(environment)

export const handler = auditFunction({
  ...openDoor(environment, table),
  trail: dynamoAuditTrail(table, Date.now),
  signingKey: dynamoSigningKey(table),
})
