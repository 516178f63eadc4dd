import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { documentClient } from './document-client.ts'
import { type TableClient, TIMEOUTS } from './table-client.ts'

/** Punctual's one table. Its rows are `unknown` to every store, which parses what it reads. */
export type Table = {
  readonly client: TableClient
  readonly name: string
  /** How long entries of the audit are kept, in days. @default a year */
  readonly auditDays?: number
}

/** The table as a function's environment names it. */
export type TableEnvironment = { readonly TABLE_NAME: string; readonly AUDIT_RETENTION_DAYS: number }

/** Opens the table in the function's own account and region. */
export const openTable = ({ TABLE_NAME, AUDIT_RETENTION_DAYS }: TableEnvironment): Table => ({
  client: documentClient(new DynamoDBClient({ requestHandler: TIMEOUTS })),
  name: TABLE_NAME,
  auditDays: AUDIT_RETENTION_DAYS,
})
