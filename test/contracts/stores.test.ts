import { afterAll, beforeAll, describe } from 'vitest'
import { dynamoJobStore } from '../../lambdas/adapters/dynamodb/dynamo-job-store.ts'
import { dynamoRunLedger } from '../../lambdas/adapters/dynamodb/dynamo-run-ledger.ts'
import { leanClient } from '../../lambdas/adapters/dynamodb/lean/lean-client.ts'
import { startTable } from '../support/dynamodb.ts'
import { MemoryTable, memoryJobStore, memoryRunLedger } from '../support/fault-memory.ts'
import { leanTest } from '../support/wire.ts'
import { jobStoreContract, type Stores } from './job-store.ts'
import { runLedgerContract } from './run-ledger.ts'

type Started = { readonly stores: Stores; readonly stop: () => Promise<void> }

async function startDynamoDb(): Promise<Started> {
  const { client, tableName: name, stop } = await startTable()
  return { stores: { jobs: dynamoJobStore({ client, name }), ledger: dynamoRunLedger({ client, name }) }, stop }
}

async function startLean(): Promise<Started> {
  const { endpoint, tableName: name, stop } = await startTable()
  const table = { client: leanClient({ ...leanTest, endpoint: new URL(endpoint) }), name }
  return { stores: { jobs: dynamoJobStore(table), ledger: dynamoRunLedger(table) }, stop }
}

async function startMemory(): Promise<Started> {
  const table = new MemoryTable()
  return { stores: { jobs: memoryJobStore(table), ledger: memoryRunLedger(table) }, stop: async () => {} }
}

describe.each([
  { name: 'in DynamoDB', start: startDynamoDb },
  { name: 'in DynamoDB, through the lean client', start: startLean },
  { name: 'in memory', start: startMemory },
])('$name', ({ start }) => {
  let started: Started
  beforeAll(async () => {
    started = await start()
  })
  afterAll(() => started.stop())
  jobStoreContract(() => started.stores)
  runLedgerContract(() => started.stores)
})
