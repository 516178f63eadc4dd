import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { dynamoJobStore } from '../../../lambdas/adapters/dynamodb/dynamo-job-store.ts'
import { dynamoRunLedger } from '../../../lambdas/adapters/dynamodb/dynamo-run-ledger.ts'
import type { Job } from '../../../lambdas/domain/job/job.ts'
import { claimed, noActivity } from '../../../lambdas/domain/run/activity.ts'
import type { Run } from '../../../lambdas/domain/run/run.ts'
import { occurrenceRunId } from '../../../lambdas/domain/run/run-id.ts'
import type { RunLedger } from '../../../lambdas/ports/run-ledger.ts'
import { someJob } from '../../contracts/job-store.ts'
import { type StartedTable, startTable } from '../../support/dynamodb.ts'

const NOW = Date.parse('2026-11-21T12:00:30Z')
const LEASE = { now: NOW, leaseMs: 60_000, version: 1 }

/** Has every request reach the table twice, as when the answer to the first one is lost and the SDK sends it again. */
function loseAnswers(client: DynamoDBDocumentClient): () => void {
  const name = 'loseAnswers'
  client.middlewareStack.add(
    (next) => async (request) => {
      await next(request)
      return next(request)
    },
    { step: 'finalizeRequest', name, priority: 'low' },
  )
  return () => client.middlewareStack.remove(name)
}

describe('a run ledger whose answers get lost', () => {
  let started: StartedTable
  let ledger: RunLedger
  let job: Job
  let runId: string
  let find: () => void

  beforeAll(async () => {
    started = await startTable()
    ledger = dynamoRunLedger({ client: started.client, name: started.tableName })
  })
  afterAll(() => started.stop())
  beforeEach(async () => {
    job = someJob()
    await dynamoJobStore({ client: started.client, name: started.tableName }).create(job, 10)
    runId = occurrenceRunId(job.id, NOW)
    find = loseAnswers(started.client)
  })
  afterEach(() => find())

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
