import { describe, expect, it } from 'vitest'
import { newJob } from '../../../lambdas/domain/job/change-job.ts'
import { type Job, JobDefinition } from '../../../lambdas/domain/job/job.ts'
import {
  type Activity,
  cancelRequested,
  claimed,
  type KnownStatus,
  noActivity,
  parked,
} from '../../../lambdas/domain/run/activity.ts'
import { type ClaimQuestion, changeSince, decideClaim } from '../../../lambdas/domain/run/decide-claim.ts'
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
    ['to go on that is not going on', { attempt: 2 }, 'NOT_PLANNED'],
    ['with an id that is none', { runId: 'x' }, 'NOT_PLANNED'],
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

  it('reads the record first where the newest run may be this one', () => {
    const runId = occurrenceRunId(JOB_ID, DUE)
    expect(decide({ newestRunId: runId })).toEqual({ kind: 'READ_RECORDS', runIds: [runId] })
  })

  it('goes on with one that has a record as running', () => {
    const runId = occurrenceRunId(JOB_ID, DUE)
    expect(decide({ known: known([runId, 'RUNNING']) })).toMatchObject({ kind: 'CLAIM', fate: { kind: 'CALL' } })
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

  it('waits for one until its lease has ended, and no longer', () => {
    const until = (leaseUntil: number) => ({
      activity: running(earlier, leaseUntil - LEASE),
      known: known([earlier, 'NONE']),
      now: DUE + 400,
    })
    expect(decide(until(DUE + 401))).toMatchObject({ fate: { kind: 'SKIPPED' } })
    expect(decide(until(DUE + 400))).toMatchObject({ fate: { kind: 'CALL' } })
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

  it('has nothing in the way that is only written down', () => {
    const activity = claimed(noActivity, earlier, { now: DUE, leaseMs: LEASE, version: 1, recordOnly: true })
    expect(decide({ activity, known: known([earlier, 'NONE']) })).toMatchObject({ fate: { kind: 'CALL' } })
  })

  it('lets runs overlap where the job says so', () => {
    expect(decide({ ...before, job: job({ overlap: 'ALLOW' }) })).toMatchObject({ fate: { kind: 'CALL' } })
  })

  it('reads what became of runs that overlap once there are more than four of them', () => {
    const runIds = [-25, -20, -15, -10, -5].map((minutes) => occurrenceRunId(JOB_ID, DUE + minutes * MINUTE))
    const busyWith = (ids: readonly string[]) =>
      ids.reduce((activity, id) => claimed(activity, id, { now: DUE, leaseMs: LEASE, version: 1 }), noActivity)
    const allowing = { job: job({ overlap: 'ALLOW' }) }
    expect(decide({ ...allowing, activity: busyWith(runIds.slice(1)) })).toMatchObject({ fate: { kind: 'CALL' } })
    expect(decide({ ...allowing, activity: busyWith(runIds) })).toEqual({ kind: 'READ_RECORDS', runIds })
  })

  it('has the newer run take the place of the earlier ones where the job says so, when the last of them has ended', () => {
    const other = occurrenceRunId(JOB_ID, DUE - 10 * MINUTE)
    const activity = claimed(running(other, DUE - 2 * MINUTE), earlier, {
      now: DUE - MINUTE,
      leaseMs: LEASE,
      version: 1,
    })
    const question = { activity, known: known([earlier, 'NONE'], [other, 'RUNNING']), job: job({ overlap: 'REPLACE' }) }
    expect(decide(question)).toMatchObject({
      kind: 'CLAIM',
      fate: { kind: 'REPLACE', inTheWay: [other, earlier], leaseUntil: DUE - MINUTE + LEASE },
    })
    const ended = known([earlier, 'SUCCEEDED'], [other, 'CANCELLED'])
    expect(decide({ ...question, known: ended })).toMatchObject({ fate: { kind: 'CALL' } })
  })
})

describe('a claim', () => {
  const runId = occurrenceRunId(JOB_ID, DUE)
  const other = occurrenceRunId(JOB_ID, DUE - 5 * MINUTE)
  const busy = { activity: running(other, DUE - MINUTE), known: known([other, 'NONE']) }

  it.each<[string, Partial<ClaimQuestion>, true | undefined]>([
    ['CALL', {}, undefined],
    ['CALL', { recordOnly: false }, undefined],
    ['CALL', { recordOnly: true }, true],
    ['REPLACE', { ...busy, job: job({ overlap: 'REPLACE' }) }, undefined],
    ['SKIPPED', busy, true],
    ['MISSED', { now: DUE + 10 * MINUTE }, true],
  ])('to %s with %j is one to write down only: %s', (kind, question, recordOnly) => {
    const decision = decide(question)
    expect(decision).toMatchObject({ kind: 'CLAIM', fate: { kind } })
    expect(decision.kind === 'CLAIM' && decision.activity.active[runId]?.recordOnly).toBe(recordOnly)
  })
})

describe('a run that waits for its next attempt', () => {
  const runId = occurrenceRunId(JOB_ID, DUE)
  const other = occurrenceRunId(JOB_ID, DUE - 5 * MINUTE)
  const until = { attempt: 2, until: DUE + 2 * MINUTE }
  const activity = parked(running(runId, DUE), runId, 1, until) ?? noActivity
  const due = { activity, attempt: 2, now: until.until, known: known([runId, 'RUNNING']) }

  it('goes on when it is told to', () => {
    const decision = decide(due)
    expect(decision).toMatchObject({ kind: 'CLAIM', fate: { kind: 'CALL' }, activity: { rev: 3 } })
    expect(decision.kind === 'CLAIM' && decision.activity.active[runId]).toEqual({
      token: 3,
      claimedAt: DUE,
      leaseUntil: until.until + LEASE,
      version: 1,
    })
  })

  it.each([1, 3, undefined])('does not go on when told of attempt %s', (attempt) => {
    expect(decide({ ...due, attempt })).toEqual({ kind: 'IGNORE', because: 'CLAIMED_ELSEWHERE' })
  })

  it('goes on, whoever comes, five minutes past its time', () => {
    expect(decide({ ...due, attempt: undefined, now: until.until + 5 * MINUTE })).toMatchObject({
      fate: { kind: 'CALL' },
    })
  })

  it('is not told to go on while it goes on', () => {
    expect(decide({ ...due, activity: running(runId, DUE) })).toEqual({ kind: 'IGNORE', because: 'CLAIMED_ELSEWHERE' })
  })

  it.each([
    ['edited', { version: 2, editedVersion: 2 }, 'JOB_EDITED'],
    ['paused', { desired: 'PAUSED', version: 2 }, 'JOB_PAUSED'],
    ['deleted', { desired: 'DELETED', version: 2 }, 'JOB_DELETED'],
  ] as const)('ends when its job was %s meanwhile', (_, changes, because) => {
    expect(decide({ ...due, job: job({}, changes) })).toMatchObject({ kind: 'CLAIM', fate: { kind: 'ENDED', because } })
  })

  it('goes on when what changed its job was no user', () => {
    expect(decide({ ...due, job: job({}, { desired: 'COMPLETED', version: 2 }) })).toMatchObject({
      fate: { kind: 'CALL' },
    })
  })

  it('is left to go on by those who may only end it, without a look at other runs', () => {
    const asked = { ...due, endOnly: true }
    const both = claimed(activity, other, { now: DUE, leaseMs: LEASE, version: 1 })
    const goesOn = { kind: 'IGNORE', because: 'GOES_ON' }
    expect(decide(asked)).toEqual(goesOn)
    expect(decide({ ...asked, activity: both })).toEqual(goesOn)
    expect(decide({ ...asked, job: job({}, { desired: 'DELETED' }) })).toMatchObject({ fate: { kind: 'ENDED' } })
  })

  it('gives way to another one as a new run does', () => {
    const both = claimed(activity, other, { now: DUE, leaseMs: LEASE, version: 1 })
    expect(decide({ ...due, activity: both, known: known([runId, 'RUNNING'], [other, 'NONE']) })).toMatchObject({
      fate: { kind: 'SKIPPED', inTheWay: other },
    })
  })

  it.each(['USER', 'REPLACED'] as const)('is cancelled if somebody wants it, %s', (by) => {
    const cancelled = cancelRequested(activity, runId, by) ?? noActivity
    expect(decide({ ...due, activity: cancelled })).toMatchObject({ fate: { kind: 'CANCELLED', by } })
  })
})

describe('what ends a run between two attempts', () => {
  const manual = manualRunId(JOB_ID, DUE, '7ZZZZZ')
  it.each([
    [{}, occurrenceRunId(JOB_ID, DUE), undefined],
    [{ desired: 'PAUSED' }, occurrenceRunId(JOB_ID, DUE), 'JOB_PAUSED'],
    [{ desired: 'PAUSED' }, 'x', 'JOB_PAUSED'],
    [{ desired: 'PAUSED' }, manual, undefined],
    [{ desired: 'PAUSED', version: 2 }, manual, undefined],
    [{ desired: 'PAUSED', version: 2, editedVersion: 2 }, manual, 'JOB_EDITED'],
    [{ desired: 'DELETED' }, manual, 'JOB_DELETED'],
    [{ version: 2, editedVersion: 2 }, occurrenceRunId(JOB_ID, DUE), 'JOB_EDITED'],
    [{ version: 2 }, occurrenceRunId(JOB_ID, DUE), undefined],
  ] as const)('of a job with %j, of %s, is %s', (changes, runId, because) => {
    expect(changeSince(job({}, changes), runId, 1)).toBe(because)
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

  it('is lost when its job was deleted meanwhile', () => {
    const deleted = job({}, { desired: 'DELETED' })
    expect(decide({ ...crashed, job: deleted })).toMatchObject({ fate: { kind: 'LOST', because: 'JOB_DELETED' } })
  })

  it.each([
    ['edited', { editedVersion: 2 }, 'JOB_EDITED'],
    ['paused', { desired: 'PAUSED' }, 'JOB_PAUSED'],
    ['deleted', { desired: 'DELETED' }, 'JOB_DELETED'],
  ] as const)(
    'while it was to be written down as ended, since its job was %s, ends all the same',
    (_, changes, because) => {
      const activity = claimed(noActivity, runId, { now: DUE, leaseMs: LEASE, version: 1, recordOnly: true })
      const changed = job({ delivery: 'AT_MOST_ONCE' }, changes)
      expect(decide({ ...crashed, activity, job: changed })).toMatchObject({ fate: { kind: 'ENDED', because } })
    },
  )

  it('is not taken over by those who may only end it', () => {
    expect(decide({ ...crashed, endOnly: true, attempt: 2 })).toEqual({ kind: 'IGNORE', because: 'GOES_ON' })
  })

  it('is missed when it had been claimed too late to be called', () => {
    const late = { ...crashed, activity: running(runId, DUE + 5 * MINUTE + 1000), now: DUE + 20 * MINUTE }
    expect(decide(late)).toMatchObject({ fate: { kind: 'MISSED', lateSeconds: 301, windowSeconds: 300 } })
    const inTime = { ...late, activity: running(runId, DUE + 5 * MINUTE) }
    expect(decide(inTime)).toMatchObject({ fate: { kind: 'CALL' } })
  })

  it('is cancelled when somebody wanted that', () => {
    const activity = cancelRequested(crashed.activity, runId, 'USER') ?? noActivity
    expect(decide({ ...crashed, activity })).toMatchObject({ fate: { kind: 'CANCELLED', by: 'USER' } })
  })

  it('skips like any other while another one is going on', () => {
    const other = occurrenceRunId(JOB_ID, DUE - 5 * MINUTE)
    const activity = claimed(crashed.activity, other, { now: DUE + LEASE - 1, leaseMs: LEASE, version: 1 })
    expect(decide({ ...crashed, activity })).toEqual({ kind: 'READ_RECORDS', runIds: [other] })
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

  it('is never too late', () => {
    const later = DUE + 24 * 60 * MINUTE
    expect(decide({ runId, activity: promised, now: later })).toMatchObject({ fate: { kind: 'CALL' } })
    const crashed = { activity: running(runId, DUE + 60 * MINUTE), now: later, known: known([runId, 'NONE']) }
    expect(decide({ runId, ...crashed })).toMatchObject({ fate: { kind: 'CALL' } })
  })

  it('that broke off goes on although its job was paused', () => {
    const crashed = { activity: running(runId, DUE), now: DUE + LEASE, known: known([runId, 'NONE']) }
    expect(decide({ runId, ...crashed, job: job({}, { desired: 'PAUSED' }) })).toMatchObject({ fate: { kind: 'CALL' } })
  })

  it('that was promised before its job was deleted ends without a call', () => {
    const deleted = job({}, { desired: 'DELETED' })
    expect(decide({ runId, activity: promised, job: deleted })).toMatchObject({
      kind: 'CLAIM',
      fate: { kind: 'ENDED', because: 'JOB_DELETED' },
      activity: { queued: {} },
    })
  })

  it('does not run without a promise', () => {
    expect(decide({ runId })).toEqual({ kind: 'IGNORE', because: 'NOT_PLANNED' })
  })
})
