import { describe, expect, it } from 'vitest'
import type { Attempt, Run } from '../../../lambdas/domain/run/run.ts'
import { isFailure, isFinal, RunStatus, Run as StoredRun, waited } from '../../../lambdas/domain/run/run.ts'
import { manualRunId, occurrenceRunId } from '../../../lambdas/domain/run/run-id.ts'
import { RunOrder, runIdOf } from '../../../lambdas/domain/run/run-order.ts'
import { LastRun, lastRunView, RunView, runView } from '../../../lambdas/domain/run/run-view.ts'
import { unrecordedRun } from '../../../lambdas/domain/run/unrecorded-run.ts'

const JOB = '01JXAMPE00000000000000000K'
const PLANNED = Date.parse('2026-11-21T12:05:00Z')
const NOW = PLANNED + 60_000
const timings = { dnsMs: 1, connectMs: 2, tlsMs: null, firstByteMs: 3, downloadMs: 4, totalMs: 10 }
const attempt = (number: number, httpStatus: number | null): Attempt => ({
  number,
  startedAt: PLANNED + number * 1000,
  httpStatus,
  reason: null,
  timings,
})
const run = (fields: Partial<Run> = {}): Run => ({
  tenant: 't',
  id: occurrenceRunId(JOB, PLANNED),
  jobName: 'sync',
  status: 'SUCCEEDED',
  startedAt: PLANNED + 400,
  finishedAt: PLANNED + 2400,
  reason: null,
  attempts: [attempt(1, 503), attempt(2, 200)],
  request: { method: 'GET', url: 'https://api.example.com/', headers: { a: 'b' } },
  response: { status: 200, headers: {}, body: 'ok', bodyBytes: 2, truncated: false },
  expiresAt: Date.parse('2026-11-28T12:05:00Z'),
  ...fields,
})

describe('the view of a run', () => {
  it('says when it was taken over, if it was', () => {
    const view = runView(run({ takenOverAt: PLANNED + 460_000 }), NOW)
    expect(RunView.parse(view)).toMatchObject({ takenOverAt: '2026-11-21T12:12:40.000Z' })
    expect(StoredRun.parse(run({ takenOverAt: PLANNED }))).toMatchObject({ takenOverAt: PLANNED })
    expect(runView(run(), NOW)).not.toHaveProperty('takenOverAt')
  })

  it.each([
    ['is yet to come', NOW + 1, new Date(NOW + 1).toISOString()],
    ['is due', NOW, undefined],
    ['has begun', NOW - 1, undefined],
  ])('says when the next attempt is due while it waits for it: one that %s', (_, nextAttemptAt, expected) => {
    const waiting = run({ status: 'RUNNING', finishedAt: null, nextAttemptAt })
    expect(StoredRun.parse(waiting)).toEqual(waiting)
    const { nextAttemptAt: shown, ...rest } = runView(waiting, NOW)
    expect([shown, lastRunView(waiting, NOW).nextAttemptAt]).toEqual([expected, expected])
    expect(rest.status).toBe('RUNNING')
    expect(runView(waited(waiting), NOW)).toStrictEqual(rest)
  })

  it('tells everything of it but whose it is', () => {
    const view = runView(run(), NOW)
    expect(view).toEqual({
      id: occurrenceRunId(JOB, PLANNED),
      jobId: JOB,
      jobName: 'sync',
      trigger: 'SCHEDULE',
      status: 'SUCCEEDED',
      plannedAt: '2026-11-21T12:05:00.000Z',
      startedAt: '2026-11-21T12:05:00.400Z',
      finishedAt: '2026-11-21T12:05:02.400Z',
      latenessMs: 400,
      durationMs: 2000,
      httpStatus: 200,
      reason: null,
      attempts: [
        { ...attempt(1, 503), startedAt: '2026-11-21T12:05:01.000Z' },
        { ...attempt(2, 200), startedAt: '2026-11-21T12:05:02.000Z' },
      ],
      request: { method: 'GET', url: 'https://api.example.com/', headers: { a: 'b' } },
      response: { status: 200, headers: {}, body: 'ok', bodyBytes: 2, truncated: false },
      notifications: [],
      expiresAt: '2026-11-28T12:05:00.000Z',
    })
    expect(RunView.safeParse(view).success).toBe(true)
  })

  it.each<[string, Partial<Run>, object]>([
    [
      'was never called',
      { startedAt: null, attempts: [] },
      { startedAt: null, latenessMs: null, durationMs: null, httpStatus: null },
    ],
    ['goes on', { finishedAt: null }, { finishedAt: null, latenessMs: 400, durationMs: null }],
    ['began early by another clock', { startedAt: PLANNED - 5 }, { latenessMs: 0, durationMs: 2405 }],
    ['got no answer', { attempts: [attempt(1, 503), attempt(2, null)] }, { httpStatus: null }],
    ['got one at last', { attempts: [attempt(1, 503), attempt(2, 502), attempt(3, 201)] }, { httpStatus: 201 }],
    ['was asked for', { id: manualRunId(JOB, PLANNED, 'AAAAAA') }, { trigger: 'MANUAL', jobId: JOB }],
  ])('of one that %s says so', (_what, fields, expected) => {
    const view = runView(run(fields), NOW)
    expect(view).toMatchObject(expected)
    expect(RunView.safeParse(view).success).toBe(true)
  })

  it('says whom it was told, and when', () => {
    const sent = { kind: 'FAILURE', channel: 'EMAIL', to: 'ada@example.com', attempts: 1, message: null } as const
    const notifications: Run['notifications'] = [
      { ...sent, status: 'SENT', lastAttemptAt: PLANNED },
      { ...sent, status: 'PENDING', attempts: 0, lastAttemptAt: null },
    ]
    const view = runView(run({ notifications }), NOW)
    expect(view.notifications).toEqual([
      { ...sent, status: 'SENT', lastAttemptAt: '2026-11-21T12:05:00.000Z' },
      { ...sent, status: 'PENDING', attempts: 0, lastAttemptAt: null },
    ])
    expect(RunView.parse(view)).toEqual(view)
  })

  it('is called a run in the document of the API', () => {
    expect(RunView.meta()?.id).toBe('Run')
  })

  it('in short is what a job shows', () => {
    const short = lastRunView(run(), NOW)
    expect(LastRun.parse(short)).toEqual(short)
    expect(LastRun.parse(runView(run(), NOW))).toEqual(short)
    expect(short).toEqual({
      id: occurrenceRunId(JOB, PLANNED),
      status: 'SUCCEEDED',
      httpStatus: 200,
      startedAt: '2026-11-21T12:05:00.400Z',
      durationMs: 2000,
    })
  })

  it('is refused to what is no run', () => {
    expect(() => runView(run({ id: JOB }), NOW)).toThrow(`"${JOB}"`)
  })

  it.each([
    [{ token: 1, claimedAt: PLANNED, leaseUntil: 0, version: 1 }, PLANNED],
    [undefined, null],
  ])('of one without a record is that it goes on: %j', (claim, startedAt) => {
    expect(unrecordedRun({ tenant: 't', id: 'r', jobName: 'sync', claim, expiresAt: 7 })).toEqual({
      tenant: 't',
      id: 'r',
      jobName: 'sync',
      status: 'RUNNING',
      startedAt,
      finishedAt: null,
      reason: null,
      attempts: [],
      request: null,
      response: null,
      expiresAt: 7,
    })
  })

  it('of one without a record that waits says until when', () => {
    const claim = { token: 1, claimedAt: PLANNED, leaseUntil: 0, version: 1, parked: { attempt: 1, until: NOW } }
    const waiting = unrecordedRun({ tenant: 't', id: 'r', jobName: 'sync', claim, expiresAt: 7 })
    expect(waiting).toMatchObject({ status: 'RUNNING', nextAttemptAt: NOW })
  })
})

describe('the record of a run', () => {
  const whole = run({
    reason: { code: 'TIMEOUT', message: 'No answer.', hint: null },
    notifications: [
      {
        kind: 'FAILURE',
        channel: 'TOPIC',
        to: 'operations',
        status: 'FAILED',
        attempts: 5,
        lastAttemptAt: PLANNED,
        message: 'No.',
      },
    ],
    attempts: [{ ...attempt(1, 503), reason: { code: 'HTTP_STATUS', message: 'm', hint: 'h' }, waitedMs: 5 }],
  })

  it('is read as it was written', () => {
    expect(StoredRun.parse(whole)).toEqual(whole)
  })

  it.each([
    { tenant: 1 },
    { status: 'DONE' },
    { startedAt: '2026-11-21T12:05:00Z' },
    { reason: { code: 'TIMEOUT', message: 'No answer.' } },
    { attempts: [{ ...attempt(1, 503), timings: {} }] },
    { attempts: [{ ...attempt(1, 503), number: 1.5 }] },
    { request: { method: 'GET', url: 'https://example.com/' } },
    { response: { status: 200, headers: {}, body: 'ok', bodyBytes: 2 } },
    { expiresAt: null },
  ])('is none with %j', (fields) => {
    expect(StoredRun.safeParse({ ...whole, ...fields }).success).toBe(false)
  })
})

describe('a status', () => {
  it('is one of nine', () => {
    expect(RunStatus.options.join(' ')).toBe(
      'RUNNING SUCCEEDED FAILED TIMED_OUT CANCELLED SKIPPED MISSED UNDELIVERED LOST',
    )
  })

  it('is for good, but for RUNNING', () => {
    expect(RunStatus.options.filter((status) => !isFinal(status))).toEqual(['RUNNING'])
  })

  it('is a failure of the job where its target was, or may have been, called in vain', () => {
    expect(RunStatus.options.filter(isFailure)).toEqual(['FAILED', 'TIMED_OUT', 'LOST'])
  })
})

describe('an order', () => {
  const ofJob = { tenant: 't', jobId: JOB }
  const occurrence = { kind: 'occurrence', ...ofJob, plannedAt: '2026-11-21T12:05:00Z' } as const
  const manual = { kind: 'manual', ...ofJob, runId: manualRunId(JOB, PLANNED, 'AAAAAA') } as const
  const notify = { kind: 'notify', ...ofJob, runId: occurrenceRunId(JOB, PLANNED) } as const
  const resume = { kind: 'resume', ...ofJob, runId: occurrenceRunId(JOB, PLANNED), attempt: 2 } as const

  it.each([
    [occurrence, occurrenceRunId(JOB, PLANNED)],
    [manual, manual.runId],
    [resume, resume.runId],
    [notify, notify.runId],
  ])('%j is one for the run %s', (order, runId) => {
    expect(RunOrder.parse(order)).toEqual(order)
    expect(runIdOf(order)).toBe(runId)
  })

  it('comes with more than is read of it from EventBridge', () => {
    expect(RunOrder.parse({ ...occurrence, generation: 3 })).toEqual(occurrence)
  })

  it.each([
    { ...occurrence, plannedAt: '<aws.scheduler.scheduled-time>' },
    { ...occurrence, jobId: undefined },
    { ...occurrence, tenant: 1 },
    { ...manual, runId: JOB },
    { ...resume, runId: '' },
    { ...resume, attempt: 1.5 },
    { ...manual, kind: 'other' },
  ])('is none: %j', (order) => {
    expect(RunOrder.safeParse(order).success).toBe(false)
  })
})
