import { GetCommand } from '@aws-sdk/lib-dynamodb'
import type { Table } from './table.ts'

/** Longest wait for the table's answer, in milliseconds. */
const PROBE_TIMEOUT_MS = 2_000

/** Rejects when the table does not answer in time. The row need not exist. */
export const probeTable = (table: Table) => async (): Promise<void> => {
  const key = { pk: 'SERVICE', sk: 'HEALTH' }
  const abortSignal = AbortSignal.timeout(PROBE_TIMEOUT_MS)
  await table.client.send(new GetCommand({ TableName: table.name, Key: key }), { abortSignal })
}
