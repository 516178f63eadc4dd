import { describe, expect, it } from 'vitest'
import { newJob } from '../../../lambdas/domain/job/change-job.ts'
import { JobDefinition } from '../../../lambdas/domain/job/job.ts'
import type { Run } from '../../../lambdas/domain/run/run.ts'
import { type Ended, endedRun, lostRun, type Uncalled, uncalledRun } from '../../../lambdas/domain/run/uncalled-run.ts'

const NOW = Date.parse('2026-11-21T12:05:00Z')
const DAY_MS = 86_400_000
const definition = JobDefinition.parse({ name: 'sync', cronExpression: '0 9 * * *', targetUrl: 'https://example.com/' })
const claimed = {
  runId: 'r',
  job: newJob({ tenant: 't', plan: 'FREE', id: '01JXAMPE00000000000000000K', definition }, NOW),
  claimedAt: NOW,
}
const bare = {
  tenant: 't',
  id: 'r',
  jobName: 'sync',
  startedAt: null,
  finishedAt: NOW,
  attempts: [],
  request: null,
  response: null,
  expiresAt: NOW + 7 * DAY_MS,
}

describe('the record of a run that was not called', () => {
  it.each<[Uncalled, Pick<Run, 'status' | 'reason'>]>([
    [
      { kind: 'SKIPPED', inTheWay: 'other' },
      {
        status: 'SKIPPED',
        reason: {
          code: 'OVERLAP',
          message: 'Run other of the same job was still going on.',
          hint: 'Run the job less often, make the target faster, or set overlap to ALLOW.',
        },
      },
    ],
    [
      { kind: 'MISSED', lateSeconds: 400, windowSeconds: 300 },
      {
        status: 'MISSED',
        reason: {
          code: 'TOO_LATE',
          message: 'The run was due 400 s ago; this job may start up to 300 s late.',
          hint: 'Punctual or its scheduler was not reachable at the planned time.',
        },
      },
    ],
    [
      { kind: 'UNDELIVERED', message: 'Throttled.' },
      {
        status: 'UNDELIVERED',
        reason: {
          code: 'DELIVERY',
          message: 'Throttled.',
          hint: 'The target was not called. Whoever runs Punctual finds the cause in its dead-letter queue and alarms.',
        },
      },
    ],
    ...(
      [
        ['AT_MOST_ONCE', 'and, as the job is to run at most once, was not repeated.'],
        ['JOB_PAUSED', 'and the job was paused before it could be repeated.'],
        ['JOB_DELETED', 'and the job was deleted before it could be repeated.'],
      ] as const
    ).map(([because, end]): [Uncalled, Pick<Run, 'status' | 'reason'>] => [
      { kind: 'LOST', because },
      {
        status: 'LOST',
        reason: {
          code: 'CRASHED',
          message: `The run broke off without a result${because === 'AT_MOST_ONCE' ? '' : ','} ${end}`,
          hint: 'The target may have been called; check its own log.',
        },
      },
    ]),
  ])('says why: %j', (fate, said) => {
    expect(uncalledRun(claimed, fate)).toEqual({ ...bare, ...said })
  })
})

describe('the record of a run whose holder crashed', () => {
  const fate = { kind: 'LOST', because: 'AT_MOST_ONCE' } as const
  const lost = uncalledRun(claimed, fate)
  const claim = { token: 1, claimedAt: NOW - 9000, leaseUntil: NOW, version: 1 }

  it('keeps what was known of it, and says that nothing more is', () => {
    const run: Run = {
      ...bare,
      status: 'RUNNING',
      reason: null,
      startedAt: NOW - 5000,
      finishedAt: null,
      jobName: 'then',
    }
    expect(lostRun({ ...claimed, activity: { active: { r: claim } } }, run, fate)).toEqual({
      ...run,
      status: 'LOST',
      reason: lost.reason,
      finishedAt: NOW,
    })
  })

  it('began when it was claimed, where nothing else is known', () => {
    expect(lostRun({ ...claimed, activity: { active: { r: claim } } }, undefined, fate)).toEqual({
      ...lost,
      startedAt: NOW - 9000,
    })
    expect(lostRun({ ...claimed, activity: { active: {} } }, undefined, fate)).toEqual(lost)
  })
})

describe('the record of a run that ends early', () => {
  const failed = { code: 'TIMEOUT', message: 'No answer in 30 s.', hint: 'Look there.' }
  const begun = (code: string): Run => ({
    ...bare,
    status: 'RUNNING',
    reason: null,
    startedAt: NOW - 5000,
    finishedAt: null,
    attempts: [
      {
        number: 1,
        startedAt: NOW - 5000,
        httpStatus: null,
        reason: { ...failed, code },
        timings: { dnsMs: 1, connectMs: 1, tlsMs: null, firstByteMs: null, downloadMs: null, totalMs: 9 },
      },
    ],
  })

  it.each([
    ['TIMEOUT', 'TIMED_OUT'],
    ['CONNECT', 'FAILED'],
  ])('between attempts is what the last one made it: %s, so %s', (code, status) => {
    const ended: Ended = { kind: 'ENDED', because: 'JOB_EDITED' }
    expect(endedRun(claimed, begun(code), ended)).toEqual({
      ...begun(code),
      status,
      reason: {
        code,
        message:
          'No answer in 30 s. The job was changed (edited, paused or resumed), so that the run was not tried again.',
        hint: 'Look there.',
      },
      finishedAt: NOW,
    })
  })

  it.each([
    ['JOB_EDITED', 'The job was changed (edited, paused or resumed) before the run began.'],
    ['JOB_PAUSED', 'The job was paused before the run began.'],
    ['JOB_DELETED', 'The job was deleted before the run began.'],
  ] as const)('before any attempt says why: %s', (because, message) => {
    expect(endedRun(claimed, undefined, { kind: 'ENDED', because })).toEqual({
      ...bare,
      status: 'FAILED',
      reason: { code: 'ABORTED', message, hint: null },
    })
  })

  const hint = 'The target may have acted on the call all the same; check its own log.'
  it.each([
    ['USER', { code: 'CANCELLED', message: 'The run was cancelled.', hint }],
    ['REPLACED', { code: 'REPLACED', message: 'A newer run of the same job took its place.', hint }],
  ] as const)('because somebody wanted it, %s, is cancelled and keeps its attempts', (by, reason) => {
    const ended: Ended = { kind: 'CANCELLED', by }
    expect(endedRun(claimed, begun('TIMEOUT'), ended)).toEqual({
      ...begun('TIMEOUT'),
      status: 'CANCELLED',
      reason,
      finishedAt: NOW,
    })
    expect(endedRun(claimed, undefined, ended)).toEqual({ ...bare, status: 'CANCELLED', reason })
  })

  it('waits for nothing', () => {
    const waiting: Run = { ...begun('TIMEOUT'), nextAttemptAt: NOW + 9000 }
    const ends = [
      endedRun(claimed, waiting, { kind: 'ENDED', because: 'JOB_EDITED' }),
      endedRun(claimed, waiting, { kind: 'CANCELLED', by: 'USER' }),
      lostRun({ ...claimed, activity: { active: {} } }, waiting, { kind: 'LOST', because: 'AT_MOST_ONCE' }),
    ]
    for (const run of ends) expect(run).not.toHaveProperty('nextAttemptAt')
  })

  it('keeps the moment at which it had ended already', () => {
    const earlier = { ...begun('TIMEOUT'), finishedAt: NOW - 1 }
    expect(endedRun(claimed, earlier, { kind: 'CANCELLED', by: 'USER' })).toMatchObject({ finishedAt: NOW - 1 })
  })
})
