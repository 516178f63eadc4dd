import { describe, expect, it } from 'vitest'
import { newJob } from '../../../lambdas/domain/job/change-job.ts'
import { type Job, JobDefinition } from '../../../lambdas/domain/job/job.ts'
import { type Activity, claimed, type KnownStatus, noActivity } from '../../../lambdas/domain/run/activity.ts'
import { type ClaimQuestion, decideClaim } from '../../../lambdas/domain/run/decide-claim.ts'
import { manualRunId, occurrenceRunId } from '../../../lambdas/domain/run/run-id.ts'

const JOB_ID = '01JXAMPE00000000000000000K'
const CREATED = Date.parse('2026-11-21T12:00:30Z')
const DUE = Date.parse('2026-11-21T12:05:00Z')
const MINUTE = 60_000
const LEASE = 7 * MINUTE

function job(fields: Partial<JobDefinition> = {}, changes: Partial<Job> = {}): Job {
  const definition = JobDefinition.parse({
    name: 'sync',
    cronExpression: '*/5 * * * *',
    targetUrl: 'https://api.example.com/sync',
    ...fields,
  })
  return { ...newJob({ tenant: 't', plan: 'FREE', id: JOB_ID, definition }, CREATED), ...changes }
}

function decide(question: Partial<ClaimQuestion> = {}) {
  return decideClaim({
    runId: occurrenceRunId(JOB_ID, DUE),
    job: job(),
    activity: noActivity,
    newestRunId: undefined,
    known: new Map(),
    now: DUE + 400,
    leaseMs: LEASE,
    ...question,
  })
}

const known = (...entries: readonly (readonly [string, KnownStatus])[]) => new Map(entries)
const running = (runId: string, claimedAt: number): Activity =>
  claimed(noActivity, runId, { now: claimedAt, leaseMs: LEASE, version: 1 })

describe('deciding on a delivered occurrence', () => {
  it('claims one that is planned', () => {
    expect(decide()).toMatchObject({
      kind: 'CLAIM',
      fate: { kind: 'CALL' },
      activity: { rev: 1, active: { [occurrenceRunId(JOB_ID, DUE)]: { token: 1, leaseUntil: DUE + 400 + LEASE } } },
    })
  })

  it.each([
    ['of a job that does not exist', { job: undefined }, 'NO_JOB'],
    ['of a deleted job', { job: job({}, { desired: 'DELETED' }) }, 'NO_JOB'],
    ['of a paused job', { job: job({ enabled: false }) }, 'NOT_ACTIVE'],
    ['that the schedule does not have', { runId: occurrenceRunId(JOB_ID, DUE + MINUTE) }, 'NOT_PLANNED'],
    ['from before the job was made', { runId: occurrenceRunId(JOB_ID, DUE - 5 * MINUTE) }, 'NOT_PLANNED'],
    ['from before the schedule was changed', { job: job({}, { since: DUE + 1 }) }, 'NOT_PLANNED'],
    ['before startAt', { job: job({ startAt: '2026-11-21T12:06:00Z' }) }, 'NOT_PLANNED'],
    ['after endAt', { job: job({ endAt: '2026-11-21T12:04:00Z' }) }, 'NOT_PLANNED'],
  ] as const)('ignores one %s', (_, question, because) => {
    expect(decide(question)).toEqual({ kind: 'IGNORE', because })
  })

  it('ignores a second delivery while the first runs', () => {
    const activity = running(occurrenceRunId(JOB_ID, DUE), DUE)
    expect(decide({ activity })).toEqual({ kind: 'IGNORE', because: 'CLAIMED_ELSEWHERE' })
  })

  it('ignores a second delivery once the first has a record, even if the activity has forgotten it', () => {
    const runId = occurrenceRunId(JOB_ID, DUE)
    expect(decide({ newestRunId: runId, known: known([runId, 'SUCCEEDED']) })).toMatchObject({ because: 'DUPLICATE' })
  })

  it('reads the record first where a newer run may hide one', () => {
    const newest = occurrenceRunId(JOB_ID, DUE + 5 * MINUTE)
    const question = { newestRunId: newest, known: known([newest, 'SUCCEEDED']) }
    const runId = occurrenceRunId(JOB_ID, DUE)
    expect(decide(question)).toEqual({ kind: 'READ_RECORDS', runIds: [runId] })
    expect(decide({ ...question, known: known([newest, 'SUCCEEDED'], [runId, 'NONE']) })).toMatchObject({
      kind: 'CLAIM',
    })
  })

  it('writes down as MISSED what comes later than the window', () => {
    expect(decide({ now: DUE + 5 * MINUTE })).toMatchObject({ fate: { kind: 'CALL' } })
    expect(decide({ now: DUE + 5 * MINUTE + 1000 })).toMatchObject({
      kind: 'CLAIM',
      fate: { kind: 'MISSED', lateSeconds: 301, windowSeconds: 300 },
    })
  })
})

describe('overlap', () => {
  const earlier = occurrenceRunId(JOB_ID, DUE - 5 * MINUTE)
  const before = { activity: running(earlier, DUE - MINUTE) }

  it('skips while an earlier run is still going on', () => {
    expect(decide(before)).toEqual({ kind: 'READ_RECORDS', runIds: [earlier] })
    expect(decide({ ...before, known: known([earlier, 'NONE']) })).toMatchObject({
      kind: 'CLAIM',
      fate: { kind: 'SKIPPED', inTheWay: earlier },
    })
  })

  it('does not skip once the earlier run has a final record, and forgets it', () => {
    const decision = decide({ ...before, newestRunId: earlier, known: known([earlier, 'FAILED']) })
    expect(decision).toMatchObject({ fate: { kind: 'CALL' }, activity: { consecutiveFailures: 1 } })
    expect(decision.kind === 'CLAIM' && Object.keys(decision.activity.active)).toEqual([occurrenceRunId(JOB_ID, DUE)])
  })

  it('does not wait for a run whose lease has ended', () => {
    const activity = running(earlier, DUE - LEASE)
    expect(decide({ activity, known: known([earlier, 'NONE']) })).toMatchObject({ fate: { kind: 'CALL' } })
  })

  const late = { runId: earlier, now: DUE + 1000, job: job({}, { since: CREATED - 20 * MINUTE }) }
  it.each([
    ['that comes too late', late],
    ['that nobody could deliver', { ...late, now: DUE - MINUTE, recordOnly: true }],
    [
      'that was skipped',
      { ...late, now: DUE - MINUTE, activity: running('other', DUE - 2 * MINUTE), known: known(['other', 'NONE']) },
    ],
  ] as const)('is not in the way of others, being one %s, while that is written down', (_, question) => {
    const claim = decide(question)
    if (claim.kind !== 'CLAIM') throw new Error(claim.kind)
    const { other: _running, ...active } = claim.activity.active
    expect(active).toMatchObject({ [earlier]: { recordOnly: true } })
    const activity = { ...claim.activity, active }
    for (const overlap of ['SKIP', 'REPLACE'] as const)
      expect(decide({ activity, known: known([earlier, 'NONE']), job: job({ overlap }) })).toMatchObject({
        fate: { kind: 'CALL' },
      })
  })

  it('is in the way, taken over from somebody who was to write it down', () => {
    const skipped = claimed(noActivity, earlier, {
      now: DUE - 10 * MINUTE,
      leaseMs: MINUTE,
      version: 1,
      recordOnly: true,
    })
    const taken = decide({ runId: earlier, activity: skipped, now: DUE - MINUTE, known: known([earlier, 'NONE']) })
    if (taken.kind !== 'CLAIM') throw new Error(taken.kind)
    expect(taken.fate).toEqual({ kind: 'CALL' })
    expect(decide({ activity: taken.activity, known: known([earlier, 'NONE']) })).toMatchObject({
      fate: { kind: 'SKIPPED', inTheWay: earlier },
    })
  })

  it('lets runs overlap where the job says so', () => {
    expect(decide({ ...before, job: job({ overlap: 'ALLOW' }) })).toMatchObject({ fate: { kind: 'CALL' } })
  })
})

describe('a run that broke off', () => {
  const runId = occurrenceRunId(JOB_ID, DUE)
  const crashed = { activity: running(runId, DUE), now: DUE + LEASE, known: known([runId, 'NONE']) }

  it('is taken over under a newer token', () => {
    expect(decide(crashed)).toMatchObject({ fate: { kind: 'CALL' }, activity: { active: { [runId]: { token: 2 } } } })
  })

  it('is lost where the job is to run at most once', () => {
    const atMostOnce = job({ delivery: 'AT_MOST_ONCE' })
    expect(decide({ ...crashed, job: atMostOnce })).toMatchObject({ fate: { kind: 'LOST', because: 'AT_MOST_ONCE' } })
  })

  it('is lost when its job was paused meanwhile', () => {
    const paused = job({}, { desired: 'PAUSED' })
    expect(decide({ ...crashed, job: paused })).toMatchObject({ fate: { kind: 'LOST', because: 'JOB_PAUSED' } })
  })
})

describe('a manual run', () => {
  const runId = manualRunId(JOB_ID, DUE, '7ZZZZZ')
  const promised: Activity = { ...noActivity, rev: 1, queued: { [runId]: DUE } }

  it('works on a paused job, and is taken off the queue', () => {
    const decision = decide({ runId, activity: promised, job: job({ enabled: false }) })
    expect(decision).toMatchObject({ fate: { kind: 'CALL' }, activity: { rev: 2, queued: {} } })
  })

  it('does not run without a promise', () => {
    expect(decide({ runId })).toEqual({ kind: 'IGNORE', because: 'NOT_PLANNED' })
  })
})
