import type { Table } from './table.ts'

/**
 * Rejects when the table cannot be read as every request reads it: with the client's own time-outs and repetitions, some twelve
 * seconds at the most, and none of its own. The row need not exist.
 */
export const probeTable = (table: Table) => async (): Promise<void> => {
  await table.client.get({ TableName: table.name, Key: { pk: 'SERVICE', sk: 'HEALTH' } })
}
