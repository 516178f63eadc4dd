import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Clock, systemClock } from '../../local/clock.ts'
import { type Account, accountsByMailbox, logIn, until } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { type OperatedCloud, startOperatedCloud } from '../support/operated-cloud.ts'

const MINUTE_MS = 60_000
const OUTAGE_MS = 34 * MINUTE_MS
/** What a start takes, and more: an occurrence that is younger than its window by less may be either late or missed. */
const START_MS = 30_000
/** When the newest occurrence is as old, the one before it is past its window, and cannot be in its way. */
const ALONE_MS = 2_000

type Run = {
  readonly id: string
  readonly jobId: string
  readonly plannedAt: string
  readonly status: string
  readonly latenessMs: number
  readonly reason: { readonly code: string; readonly message: string } | null
  readonly attempts: readonly unknown[]
}

const minuteOf = (instant: number) => new Date(instant).getUTCMinutes()
const isDue = (everyMinutes: number) => (instant: number) => minuteOf(instant) % everyMinutes === 0
const began = Date.now() - OUTAGE_MS
/** A minute that is in the outage once. */
const once = minuteOf(began + OUTAGE_MS / 2)

const jobs = [
  { path: '/minutely', cronExpression: '* * * * *', windowMinutes: 1, due: isDue(1) },
  { path: '/five', cronExpression: '*/5 * * * *', windowMinutes: 5, due: isDue(5) },
  { path: '/ten', cronExpression: '*/10 * * * *', windowMinutes: 10, delivery: 'AT_MOST_ONCE', due: isDue(10) },
  { path: '/hourly', cronExpression: `${once} * * * *`, windowMinutes: 60, due: (at: number) => minuteOf(at) === once },
] as const

describe('a service whose scheduler stood still for half an hour, and works again', () => {
  /** How far the scheduler is behind; it fires nothing while it stands. */
  let behindMs = 0
  const standing: Clock = { now: () => Date.now() - behindMs, at: () => () => {} }
  const jobIds = new Map<string, string>()
  let operated: OperatedCloud
  let target: EchoTarget
  let account: Account
  let revivedAt: number

  beforeAll(async () => {
    ;[operated, target] = await Promise.all([startOperatedCloud({ clock: standing }), EchoTarget.start()])
    account = await accountsByMailbox(operated.cloud.url)()
    const tenant = (await account.api.must('GET', '/api/auth/me')).userId
    behindMs = OUTAGE_MS
    for (const { path, due: _due, windowMinutes: _window, ...fields } of jobs) {
      const { id } = await account.api.createJob({ ...fields, targetUrl: target.url(path) })
      jobIds.set(path, id)
      // The job, too, was made when the scheduler made its schedule.
      await operated.table.client.send(
        new UpdateCommand({
          TableName: operated.table.name,
          Key: { pk: `T#${tenant}#J#${id}`, sk: 'S#JOB' },
          UpdateExpression: 'SET job.since = :then, job.updatedAt = :then',
          ExpressionAttributeValues: { ':then': began - MINUTE_MS },
        }),
      )
    }
    operated = await operated.restart(systemClock)
    revivedAt = Date.now()
    account = await logIn(operated.cloud.url, account.email, account.password)
  })
  afterAll(() => Promise.all([operated?.close(), target?.close()]))

  /** Those that fell due while it stood: after its schedule was made and before it went on. */
  const dueIn = (due: (instant: number) => boolean, from: number, to: number): number[] =>
    Array.from({ length: OUTAGE_MS / MINUTE_MS + 2 }, (_, n) => (Math.ceil(from / MINUTE_MS) + n) * MINUTE_MS).filter(
      (instant) => instant <= to && due(instant),
    )

  const runsOf = async (jobId: string | undefined): Promise<readonly Run[]> =>
    (await account.api.must('GET', `/api/jobs/${jobId}/runs?limit=100`)).items

  it.each(jobs)(
    'has one record of each occurrence of $cronExpression, and calls those within its window',
    async (job) => {
      const { path, due, windowMinutes } = job
      const jobId = jobIds.get(path)
      // The first minute is left out: the scheduler stood at a second within it.
      const expected = dueIn(due, began + MINUTE_MS, revivedAt - START_MS)
      const runs = await until(`all records of ${path}`, async () => {
        const found = await runsOf(jobId)
        const planned = new Set(found.map(({ plannedAt }) => Date.parse(plannedAt)))
        return expected.every((instant) => planned.has(instant)) && found.every(({ status }) => status !== 'RUNNING')
          ? found
          : undefined
      })
      expect(new Set(runs.map(({ plannedAt }) => plannedAt)).size).toBe(runs.length)
      const ageOf = ({ plannedAt }: Run) => revivedAt - Date.parse(plannedAt)
      const windowMs = windowMinutes * MINUTE_MS
      const tooOld = runs.filter((run) => ageOf(run) > windowMs + START_MS)
      const youngEnough = runs.filter((run) => ageOf(run) > ALONE_MS && ageOf(run) < windowMs - START_MS)
      const windowSeconds = windowMinutes * 60
      for (const run of tooOld)
        expect(run).toMatchObject({ status: 'MISSED', attempts: [], reason: { code: 'TOO_LATE' }, httpStatus: null })
      for (const { reason } of tooOld) expect(reason?.message).toContain(`may start up to ${windowSeconds} s late`)
      for (const run of youngEnough) {
        expect(run).toMatchObject({ status: 'SUCCEEDED', reason: null })
        expect(run.latenessMs).toBeGreaterThanOrEqual(ageOf(run) - START_MS)
      }
      const called = target.requests(path).map(({ headers }) => headers['idempotency-key'])
      expect(called.toSorted()).toEqual(
        runs
          .filter(({ status }) => status === 'SUCCEEDED')
          .map(({ id }) => id)
          .toSorted(),
      )
    },
  )

  it('had occurrences of both kinds to tell apart', async () => {
    const all = (await Promise.all([...jobIds.values()].map(runsOf))).flat()
    expect(all.filter(({ status }) => status === 'MISSED').length).toBeGreaterThan(25)
    expect(all.filter(({ status }) => status === 'SUCCEEDED').length).toBeGreaterThanOrEqual(1)
  })

  it('goes on as if nothing had been', async () => {
    const { items } = await account.api.must('GET', '/api/jobs')
    expect(items).toHaveLength(jobs.length)
    for (const job of items) expect(job).toMatchObject({ status: 'ACTIVE', syncState: 'SYNCED' })
    expect(operated.complaints.filter((line) => /not authorized|assume role/.test(line))).toEqual([])
  })
})
