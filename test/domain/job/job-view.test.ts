import { describe, expect, it } from 'vitest'
import {
  completeJob,
  deleteJob,
  disabledJob,
  editJob,
  newJob,
  planPausedJob,
} from '../../../lambdas/domain/job/change-job.ts'
import { type Job, JobDefinition } from '../../../lambdas/domain/job/job.ts'
import { needsSigningKey, secretNamesOf, secretsUsedBy } from '../../../lambdas/domain/job/job-secrets.ts'
import { JobView, jobStatus, jobView } from '../../../lambdas/domain/job/job-view.ts'
import { type Activity, noActivity, parked } from '../../../lambdas/domain/run/activity.ts'
import type { Run } from '../../../lambdas/domain/run/run.ts'
import { occurrenceRunId } from '../../../lambdas/domain/run/run-id.ts'

const ID = '01JXAMPE00000000000000000K'
const NOW = Date.parse('2026-11-21T12:00:30Z')
const LATER = NOW + 60_000

const definition = (fields: object = {}) =>
  JobDefinition.parse({ name: 'sync', cronExpression: '*/5 * * * *', targetUrl: 'https://api.example.com/', ...fields })
const job = (fields: object = {}): Job =>
  newJob({ tenant: 't', plan: 'FREE', id: ID, definition: definition(fields) }, NOW)
const REASON = { code: 'FAILURES', message: 'Five runs failed in a row.' }

const runAt = (minute: number) => occurrenceRunId(ID, Date.parse('2026-11-21T12:00:00Z') + minute * 60_000)
const recorded = (id: string, status: Run['status'] = 'FAILED'): Run => ({
  tenant: 't',
  id,
  jobName: 'sync',
  status,
  startedAt: NOW,
  finishedAt: NOW + 250,
  reason: null,
  attempts: [],
  request: null,
  response: null,
  expiresAt: 0,
})
const active = (...ids: readonly string[]): Activity => ({
  ...noActivity,
  consecutiveFailures: 2,
  active: Object.fromEntries(ids.map((id) => [id, { token: 1, claimedAt: LATER, leaseUntil: 0, version: 1 }])),
})

describe('the view of a job', () => {
  it('tells everything of a new one', () => {
    const view = jobView({ job: job(), activity: noActivity, newest: undefined }, NOW)
    expect(view).toEqual({
      ...definition(),
      id: ID,
      status: 'ACTIVE',
      syncState: 'PENDING',
      disabledReason: null,
      pausedReason: null,
      nextRunAt: '2026-11-21T12:05:00.000Z',
      lastRun: null,
      consecutiveFailures: 0,
      createdAt: '2026-11-21T12:00:30.000Z',
      updatedAt: '2026-11-21T12:00:30.000Z',
      version: 1,
      warnings: [],
    })
    expect(JobView.safeParse(view).success).toBe(true)
  })

  it('tells when it was edited, and what is doubtful about its target', () => {
    const edited = editJob(job(), definition({ targetUrl: 'https://api.example.com/{{secrets.KEY}}' }), LATER)
    const synced: Job = { ...edited, desired: 'COMPLETED', syncState: 'SYNCED' }
    const view = jobView({ job: synced, activity: noActivity, newest: undefined }, NOW)
    expect(view).toMatchObject({ status: 'COMPLETED', syncState: 'SYNCED' })
    expect(JobView.parse(view)).toEqual(view)
    expect(jobView({ job: edited, activity: noActivity, newest: undefined }, NOW)).toMatchObject({
      createdAt: '2026-11-21T12:00:30.000Z',
      updatedAt: '2026-11-21T12:01:30.000Z',
      version: 2,
      warnings: [expect.stringContaining('Secrets in URLs (KEY)')],
    })
  })

  it('tells why it was disabled, until it is edited', () => {
    const disabled = disabledJob(job(), REASON, LATER)
    expect(disabled).toMatchObject({ desired: 'PAUSED', version: 2, generation: 2, stale: [`${ID}.1`], since: LATER })
    const view = jobView({ job: disabled, activity: noActivity, newest: undefined }, LATER)
    expect(view).toMatchObject({ status: 'DISABLED', enabled: false, nextRunAt: null })
    expect(view.disabledReason).toEqual({ ...REASON, at: '2026-11-21T12:01:30.000Z' })
    expect(JobView.safeParse(view).success).toBe(true)
    expect(editJob(disabled, definition({ enabled: false }), LATER)).not.toHaveProperty('disabled')
  })

  it('tells why its plan paused it', () => {
    const paused = planPausedJob(job(), 'The plan SMALL allows 2 active jobs.', LATER)
    const view = jobView({ job: paused, activity: noActivity, newest: undefined }, LATER)
    expect(view).toMatchObject({ status: 'PAUSED', disabledReason: null })
    expect(view.pausedReason).toEqual({
      code: 'PLAN_LIMIT',
      message: 'The plan SMALL allows 2 active jobs.',
      at: '2026-11-21T12:01:30.000Z',
    })
    expect(JobView.parse(view)).toEqual(view)
  })

  it.each([
    { status: 'DELETED' },
    { syncState: 'LOST' },
    { disabledReason: { code: 'FAILING' } },
    { pausedReason: { code: 'PLAN_LIMIT' } },
    { lastRun: {} },
    { warnings: [1] },
  ])('is none with %j', (fields) => {
    const view = jobView({ job: job(), activity: noActivity, newest: undefined }, NOW)
    expect(JobView.safeParse({ ...view, ...fields }).success).toBe(false)
  })

  it.each<[string, Activity, Run | undefined, object | null]>([
    ['the newest record', noActivity, recorded(runAt(5)), { id: runAt(5), status: 'FAILED', durationMs: 250 }],
    [
      'a run that has no record yet',
      active(runAt(5)),
      undefined,
      { id: runAt(5), status: 'RUNNING', durationMs: null },
    ],
    ['the newest of several', active(runAt(5), runAt(15), runAt(10)), undefined, { id: runAt(15) }],
    ['a run newer than all records', active(runAt(10)), recorded(runAt(5)), { id: runAt(10), status: 'RUNNING' }],
    ['a record newer than all runs', active(runAt(5)), recorded(runAt(10)), { id: runAt(10), status: 'FAILED' }],
    ['the record of the newest run', active(runAt(5)), recorded(runAt(5)), { id: runAt(5), status: 'FAILED' }],
  ])('shows as its last run %s', (_what, activity, newest, expected) => {
    const { lastRun } = jobView({ job: job(), activity, newest }, NOW)
    expect(lastRun).toMatchObject(expected ?? {})
  })

  it('knows since when a run that has no record yet is going on', () => {
    const { lastRun } = jobView({ job: job(), activity: active(runAt(5)), newest: undefined }, NOW)
    expect(lastRun).toEqual({
      id: runAt(5),
      status: 'RUNNING',
      httpStatus: null,
      startedAt: '2026-11-21T12:01:30.000Z',
      durationMs: null,
    })
  })

  it('knows until when a run waits that has no record yet', () => {
    const until = NOW + 60_000
    const waiting = parked(active(runAt(5)), runAt(5), 1, { attempt: 1, until })
    const { lastRun } = jobView({ job: job(), activity: waiting ?? noActivity, newest: undefined }, NOW)
    expect(lastRun).toMatchObject({ status: 'RUNNING', nextAttemptAt: new Date(until).toISOString() })
  })

  it.each([
    ['FAILED', 3],
    ['RUNNING', 2],
    ['SUCCEEDED', 0],
  ] as const)('counts a run that has just %s: %i failures in a row', (status, expected) => {
    const newest = recorded(runAt(5), status)
    expect(jobView({ job: job(), activity: active(runAt(5)), newest }, NOW).consecutiveFailures).toBe(expected)
  })
})

describe('the status of a job', () => {
  it.each<[string, Job, number | undefined]>([
    ['ACTIVE', job(), NOW],
    ['COMPLETED', job(), undefined],
    ['COMPLETED', completeJob(job(), NOW), NOW],
    ['PAUSED', planPausedJob(job(), 'm', NOW), undefined],
    ['COMPLETED', deleteJob(job(), NOW), NOW],
    ['PAUSED', job({ enabled: false }), undefined],
    ['PAUSED', job({ enabled: false }), NOW],
    ['DISABLED', disabledJob(job(), REASON, NOW), undefined],
  ])('is %s', (expected, of, next) => {
    expect(jobStatus(of, next)).toBe(expected)
  })
})

describe('the secrets of a job', () => {
  it.each([
    [{}, []],
    [{ sign: true }, ['WEBHOOK_SIGNING_KEY']],
    [{ body: '{{secrets.B}} {{secrets.A}}' }, ['A', 'B']],
    [{ body: '{{secrets.Z}}', sign: true }, ['Z', 'WEBHOOK_SIGNING_KEY']],
    [{ body: '{{secrets.WEBHOOK_SIGNING_KEY}}', sign: true }, ['WEBHOOK_SIGNING_KEY']],
  ])('of %j are %j', (fields, expected) => {
    expect(secretNamesOf(definition(fields))).toEqual(expected)
  })

  it.each([
    [{}, false, []],
    [{ sign: true }, true, ['WEBHOOK_SIGNING_KEY']],
    [{ notify: { webhookUrl: 'https://hooks.example.com/' } }, true, ['WEBHOOK_SIGNING_KEY']],
    [
      { body: '{{secrets.A}}', notify: { webhookUrl: 'https://hooks.example.com/' } },
      true,
      ['A', 'WEBHOOK_SIGNING_KEY'],
    ],
    [
      { body: '{{secrets.WEBHOOK_SIGNING_KEY}}', notify: { webhookUrl: 'https://hooks.example.com/' } },
      true,
      ['WEBHOOK_SIGNING_KEY'],
    ],
  ])('to run and to tell of it: of %j, signed %s, are %j', (fields, isSigned, expected) => {
    expect(needsSigningKey(definition(fields))).toBe(isSigned)
    expect(secretsUsedBy(definition(fields))).toEqual(expected)
  })
})
