import { CreateScheduleCommand, DeleteScheduleCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler'
import { UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manualRunId } from '../../lambdas/domain/run/run-id.ts'
import { ManualClock } from '../../local/clock.ts'
import { type Account, ApiClient, accountsByMailbox, codeFor, logIn, newEmail, until } from '../support/api-client.ts'
import { EchoTarget } from '../support/echo-target.ts'
import { type OperatedCloud, startOperatedCloud } from '../support/operated-cloud.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const ADMIN = newEmail()

describe('a service in which things went wrong', () => {
  const clock = new ManualClock(Date.now())
  let operated: OperatedCloud
  let target: EchoTarget
  let account: Account
  let tenant: string

  beforeAll(async () => {
    ;[operated, target] = await Promise.all([
      startOperatedCloud({ clock, environment: { ADMIN_EMAILS: ADMIN } }),
      EchoTarget.start(),
    ])
    account = await accountsByMailbox(operated.cloud.url)()
    tenant = (await account.api.must('GET', '/api/auth/me')).userId
  })
  afterAll(() => Promise.all([operated?.close(), target?.close()]))

  const sweep = () => operated.run('sweeper', { kind: 'sweep' })

  async function scheduleNames(): Promise<readonly (string | undefined)[]> {
    const { client, group } = operated.schedules
    const { Schedules = [] } = await client.send(new ListSchedulesCommand({ GroupName: group }))
    return Schedules.map(({ Name }) => Name)
  }

  /** Changes a row of a job behind its back. */
  const changeRow = (jobId: string, sk: string, UpdateExpression: string, values: Readonly<Record<string, unknown>>) =>
    operated.table.client.send(
      new UpdateCommand({
        TableName: operated.table.name,
        Key: { pk: `T#${tenant}#J#${jobId}`, sk },
        UpdateExpression,
        ExpressionAttributeValues: values,
      }),
    )

  it('deletes a schedule that no job explains', async () => {
    const { client, group } = operated.schedules
    const orphan = '01ARZ3NDEKTSV4RRFFQ69G5FAV.1'
    const { SCHEDULER_ROLE_ARN: RoleArn = '' } =
      operated.cloud.template.functions.find(({ handler }) => handler === 'sweeper.handler')?.environment ?? {}
    await client.send(
      new CreateScheduleCommand({
        Name: orphan,
        GroupName: group,
        ScheduleExpression: 'cron(0 0 29 2 ? *)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: operated.functionArn('executor'), RoleArn },
      }),
    )
    await sweep()
    expect(await scheduleNames()).not.toContain(orphan)
  })

  it('makes a schedule again that has vanished, and records what was missed', async () => {
    const { id } = await account.api.createJob({ cronExpression: '*/10 * * * *', targetUrl: target.url('/vanished') })
    const { client, group } = operated.schedules
    await client.send(new DeleteScheduleCommand({ Name: `${id}.1`, GroupName: group }))
    await changeRow(id, 'S#JOB', 'SET job.updatedAt = :then, job.since = :then', { ':then': Date.now() - HOUR_MS })
    await sweep()
    expect(await scheduleNames()).toContain(`${id}.1`)
    const { items } = await account.api.must('GET', `/api/jobs/${id}/runs`)
    const missed = items.filter(({ status }: { status: string }) => status === 'MISSED')
    expect(missed.length).toBeGreaterThanOrEqual(5)
  })

  it('ends the deletion of a job that broke off', async () => {
    const { id } = await account.api.createJob()
    const { usage: before } = await account.api.must('GET', '/api/auth/me')
    await changeRow(
      id,
      'S#JOB',
      'SET job.desired = :deleted, job.syncState = :pending, job.stale = job.schedules, job.schedules = :none, job.updatedAt = :then',
      {
        ':deleted': 'DELETED',
        ':pending': 'PENDING',
        ':none': [],
        ':then': Date.now() - HOUR_MS,
      },
    )
    await sweep()
    expect(await scheduleNames()).not.toContain(`${id}.1`)
    expect((await account.api.must('GET', '/api/auth/me')).usage.jobs).toBe(before.jobs - 1)
  })

  it('carries out a manual run that was promised and lost', async () => {
    const { id } = await account.api.createJob({ targetUrl: target.url('/lost') })
    await account.api.runToEnd(id)
    const promised = manualRunId(id, Date.now() - HOUR_MS, '000000')
    await changeRow(id, 'S#ACTIVITY', 'SET activity.queued = :queued', {
      ':queued': { [promised]: Date.now() - HOUR_MS },
    })
    await sweep()
    expect(await account.api.runEnd(promised)).toMatchObject({ status: 'SUCCEEDED' })
  })

  it('shows a run as UNDELIVERED that the scheduler gave up on', async () => {
    const answered = Promise.withResolvers<void>()
    const targetUrl = target.on('/tried', { after: answered.promise })
    const { id } = await account.api.createJob({ cronExpression: '*/10 * * * *', targetUrl })
    // Two finished runs of which the job knows no end yet: whoever reads the letter has to look one of them up.
    const first = await account.api.must('POST', `/api/jobs/${id}/run`)
    await until('the call', async () => target.requests('/tried')[0])
    expect(await account.api.runToEnd(id)).toMatchObject({ status: 'SKIPPED' })
    answered.resolve()
    await account.api.runEnd(first.runId)
    const plannedAt = new Date(Math.ceil(Date.now() / (10 * MINUTE_MS)) * 10 * MINUTE_MS).toISOString()
    operated.sendToQueueOf(
      'dead-letters',
      { kind: 'occurrence', tenant, jobId: id, generation: 1, plannedAt },
      {
        ERROR_CODE: 'TooManyRequestsException',
        EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
        RETRY_ATTEMPTS: '3',
      },
    )
    const run = await until('the record', async () => {
      const { items } = await account.api.must('GET', `/api/jobs/${id}/runs`)
      return items.find(({ status }: { status: string }) => status === 'UNDELIVERED')
    })
    expect(run.plannedAt).toContain(plannedAt.slice(0, 19))
    expect(target.requests('/tried')).toHaveLength(1)
  })

  it('makes the key of a job that signs, with other jobs about', async () => {
    await account.api.createJob()
    const { id } = await account.api.createJob({ sign: true, targetUrl: target.url('/signed') })
    expect(await account.api.runToEnd(id)).toMatchObject({ status: 'SUCCEEDED' })
    expect(target.requests('/signed')[0]?.headers['webhook-signature']).toMatch(/^v1,/)
  })

  it('makes an admin of whoever has one of the addresses for that', async () => {
    const { url } = operated.cloud
    const password = 'correct horse Battery 1'
    await new ApiClient(url).must('POST', '/api/auth/signup', { email: ADMIN, password })
    await new ApiClient(url).must('POST', '/api/auth/verify', { email: ADMIN, code: await codeFor(url, ADMIN) })
    const admin = await logIn(url, ADMIN, password)
    expect(await admin.api.must('GET', '/api/auth/me')).toMatchObject({ role: 'ADMIN' })
  })

  it('hands what the executor cannot take to the dead letters after three tries', async () => {
    operated.cloud.services.lambda.accept(operated.functionArn('executor'), '{"kind":"nonsense"}')
    const gaveUp = async () => operated.complaints.find((line) => /Gave up an event .* after 3 attempts/.test(line))
    const line = await until('the third try', async () => {
      await clock.moveTo(clock.now() + 30_000)
      return gaveUp()
    })
    expect(line).toContain('RetriesExhausted')
    await until('the letter', async () => operated.complaints.find((each) => /failed on 1 of 1 messages/.test(each)))
  })

  it('records what fell due while it was down, when it comes too late', async () => {
    const { id } = await account.api.createJob({ cronExpression: '* * * * *', targetUrl: target.url('/late') })
    const later = new ManualClock(clock.now() + 4 * MINUTE_MS)
    operated = await operated.restart(later)
    const revived = await logIn(operated.cloud.url, account.email, account.password)
    const run = await until('the record', async () => {
      await later.moveTo(later.now() + 100)
      const { items } = await revived.api.must('GET', `/api/jobs/${id}/runs?status=MISSED`)
      return items[0]
    })
    expect(run).toMatchObject({ status: 'MISSED', attempts: [] })
  })

  it('was never refused what it has to do', () => {
    expect(operated.complaints.filter((line) => /not authorized|assume role/.test(line))).toEqual([])
  })
})
