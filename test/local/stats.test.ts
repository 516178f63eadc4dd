import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dynamoRunLedger } from '../../lambdas/adapters/dynamodb/dynamo-run-ledger.ts'
import { runItem } from '../../lambdas/adapters/dynamodb/rows.ts'
import { manualRunId } from '../../lambdas/domain/run/run-id.ts'
import { type Account, accountsByMailbox } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { type OperatedCloud, startOperatedCloud } from '../support/operated-cloud.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

describe('figures', () => {
  let operated: OperatedCloud
  let target: EchoTarget
  let account: Account
  let jobId: string
  let tenant: string

  beforeAll(async () => {
    ;[operated, target] = await Promise.all([startOperatedCloud(), EchoTarget.start()])
    account = await accountsByMailbox(operated.cloud.url)()
    tenant = (await account.api.must('GET', '/api/auth/me')).userId
    ;({ id: jobId } = await account.api.createJob({ name: 'Counted', targetUrl: target.url('/counted') }))
  })
  afterAll(() => Promise.all([operated?.close(), target?.close()]))

  const stats = () => account.api.must('GET', '/api/stats')
  const count = () => operated.run('run-counter', { kind: 'count' })

  /** A run of some hours ago that ended five minutes ago, as the executor would have left it. */
  async function putRun(plannedAt: number, status: 'SUCCEEDED' | 'FAILED', entropy: string): Promise<void> {
    const id = manualRunId(jobId, plannedAt, entropy)
    const own = { tenant, id, jobName: 'Counted', status, startedAt: plannedAt, finishedAt: plannedAt + 250 }
    const none = { reason: null, attempts: [], request: null, response: null, expiresAt: Date.now() + 24 * HOUR_MS }
    await dynamoRunLedger(operated.table).noteLate(tenant, id, Date.now() - 5 * MINUTE_MS)
    const { client, name } = operated.table
    await client.send(new PutCommand({ TableName: name, Item: runItem({ ...own, ...none }, 1) }))
  }

  it('show a run as soon as it has ended', async () => {
    expect(await stats()).toMatchObject({ jobs: { total: 1, byStatus: { ACTIVE: 1 } }, runs: { '30d': { total: 0 } } })
    await account.api.runToEnd(jobId)
    const { runs, nextRuns } = await stats()
    // A run just before midnight is one of yesterday.
    expect(runs['7d']).toMatchObject({ total: 1, byStatus: { SUCCEEDED: 1 }, successRate: 1 })
    expect(runs['7d'].p95DurationMs).toBeGreaterThan(0)
    expect(nextRuns).toMatchObject([{ jobId, jobName: 'Counted' }])
    const analytics = await account.api.must('GET', '/api/stats/analytics?days=2&timezone=Asia/Kolkata')
    expect(analytics).toMatchObject({ total: { total: 1 }, jobs: [{ jobId, total: 1 }], leastReliableJobs: [] })
  })

  it('have runs that ended after their hour was counted, and stay the same when it is counted again', async () => {
    const before = Date.now() - 3 * HOUR_MS
    await putRun(before, 'SUCCEEDED', '000001')
    await putRun(before + 2 * HOUR_MS, 'FAILED', '000002')
    const read = async () => {
      const { asOf: _, ...found } = await account.api.must(
        'GET',
        '/api/stats/analytics?days=3&timezone=America/St_Johns',
      )
      return found
    }
    const uncounted = await read()
    expect(uncounted.total).toMatchObject({ total: 3, byStatus: { SUCCEEDED: 2, FAILED: 1 } })
    for (let passes = 0; passes < 2; passes++) {
      await count()
      expect(await read()).toEqual(uncounted)
    }
    await putRun(before + 1, 'FAILED', '000003')
    const { total } = await read()
    expect(total).toMatchObject({ total: 4, byStatus: { FAILED: 2 } })
    await count()
    expect((await read()).total).toEqual(total)
    expect(operated.complaints).toEqual([])
  })

  it('are asked for by somebody', async () => {
    const { url } = operated.cloud
    for (const path of ['/api/stats', '/api/stats/analytics']) expect((await fetch(`${url}${path}`)).status).toBe(401)
  })

  it('are shown to an API key that may read, and to no other', async () => {
    const keyOf = async (scopes: readonly string[]) =>
      (await account.api.must('POST', '/api/keys', { name: 'Figures', scopes })).key
    const status = async (key: string) => {
      const answer = await fetch(`${operated.cloud.url}/api/stats`, { headers: { authorization: `Bearer ${key}` } })
      return answer.status
    }
    expect([await status(await keyOf(['read'])), await status(await keyOf(['write', 'run']))]).toEqual([200, 403])
  })
})
