import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { documentClient } from '../../../lambdas/adapters/dynamodb/document-client.ts'
import { dynamoJobStore } from '../../../lambdas/adapters/dynamodb/dynamo-job-store.ts'
import { dynamoRunLedger } from '../../../lambdas/adapters/dynamodb/dynamo-run-ledger.ts'
import { leanClient } from '../../../lambdas/adapters/dynamodb/lean/lean-client.ts'
import type { RequestHandler } from '../../../lambdas/adapters/dynamodb/lean/signed-calls.ts'
import type { TableClient } from '../../../lambdas/adapters/dynamodb/table-client.ts'
import type { Job } from '../../../lambdas/domain/job/job.ts'
import { claimed, noActivity } from '../../../lambdas/domain/run/activity.ts'
import type { Run } from '../../../lambdas/domain/run/run.ts'
import { occurrenceRunId } from '../../../lambdas/domain/run/run-id.ts'
import type { RunLedger } from '../../../lambdas/ports/run-ledger.ts'
import { someJob } from '../../contracts/job-store.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'
import { leanTest, testCredentials } from '../../support/wire.ts'

const NOW = Date.parse('2026-11-21T12:00:30Z')
const LEASE = { now: NOW, leaseMs: 60_000, version: 1 }

/** Clients whose every request reaches the table twice, as when the answer to the first one is lost and it is sent again. */
const clients: readonly { name: string; open: (endpoint: string) => TableClient }[] = [
  {
    name: 'the SDK’s document client',
    open(endpoint) {
      const client = new DynamoDBClient({ ...testCredentials, endpoint })
      client.middlewareStack.add(
        (next) => async (request) => {
          await next(request)
          return next(request)
        },
        { step: 'finalizeRequest', priority: 'low' },
      )
      return documentClient(client)
    },
  },
  {
    name: 'the lean client',
    open(endpoint) {
      const handler = new NodeHttpHandler()
      const twice: RequestHandler = {
        async handle(request) {
          await handler.handle(request)
          return handler.handle(request)
        },
      }
      return leanClient({ ...leanTest, endpoint: new URL(endpoint), handler: twice })
    },
  },
]

describe.each(clients)('a run ledger whose answers get lost, by $name', ({ open }) => {
  let started: StartedTable
  let ledger: RunLedger
  let job: Job
  let runId: string

  beforeAll(async () => {
    started = await startTable()
    ledger = dynamoRunLedger({ client: open(started.endpoint), name: started.tableName })
  })
  afterAll(() => started.stop())
  beforeEach(async () => {
    job = someJob()
    await dynamoJobStore({ client: started.client, name: started.tableName }).create(job, 10)
    runId = occurrenceRunId(job.id, NOW)
  })

  const someRun = (status: Run['status']): Run => ({
    tenant: job.tenant,
    id: runId,
    jobName: 'sync',
    status,
    startedAt: NOW,
    finishedAt: NOW + 300,
    reason: null,
    attempts: [],
    request: null,
    response: null,
    expiresAt: NOW + 86_400_000,
  })

  it('knows its own claim when it meets it', async () => {
    const first = claimed(noActivity, runId, LEASE)
    expect(await ledger.save(job.tenant, job.id, first)).toBe(true)
    expect(await ledger.save(job.tenant, job.id, claimed(first, runId, LEASE))).toBe(true)
  })

  it('does not take for its own the same claim of a twin', async () => {
    const claim = claimed(noActivity, runId, LEASE)
    expect(await ledger.save(job.tenant, job.id, claim)).toBe(true)
    expect(await ledger.save(job.tenant, job.id, claim)).toBe(false)
  })

  it('knows its own record when it meets it', async () => {
    expect(await ledger.conclude(someRun('SUCCEEDED'), 1)).toBe(true)
  })

  it('does not take for its own what others have recorded', async () => {
    expect(await ledger.conclude(someRun('SUCCEEDED'), 2)).toBe(true)
    expect(await ledger.conclude(someRun('SUCCEEDED'), 1)).toBe(false)
    expect(await ledger.conclude(someRun('FAILED'), 2)).toBe(false)
    expect(await ledger.conclude({ ...someRun('SUCCEEDED'), startedAt: NOW + 1 }, 2)).toBe(false)
  })
})
