import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editJob, newJob } from '../../../lambdas/domain/job/change-job.ts'
import { type Job, JobDefinition } from '../../../lambdas/domain/job/job.ts'
import { type Activity, claimed, type KnownStatus, noActivity } from '../../../lambdas/domain/run/activity.ts'
import type { RunStatus } from '../../../lambdas/domain/run/run.ts'
import { manualRunId, occurrenceRunId } from '../../../lambdas/domain/run/run-id.ts'
import { disablingGone, isEnteredAtOnce, settle } from '../../../lambdas/domain/run/settle.ts'

const JOB_ID = '01JXAMPE00000000000000000K'
const DUE = Date.parse('2026-11-21T12:00:00Z')
const MINUTE = 60_000

const jobWith = (fields: object = {}): Job =>
  newJob(
    {
      tenant: 'tenant-1',
      id: JOB_ID,
      plan: 'FREE',
      definition: JobDefinition.parse({
        name: 'sync',
        cronExpression: '*/5 * * * *',
        targetUrl: 'https://api.example.com/sync',
        ...fields,
      }),
    },
    DUE - MINUTE,
  )

const at = (minutes: number) => occurrenceRunId(JOB_ID, DUE + minutes * MINUTE)
const known = (...records: readonly (readonly [string, KnownStatus])[]) => new Map<string, KnownStatus>(records)
const entering = (activity: Activity, id: string, version = 1) =>
  claimed(activity, id, { now: DUE, leaseMs: MINUTE, version })

/** One run after the other, each entered when it has ended. */
function play(job: Job, statuses: readonly RunStatus[], before = noActivity): Activity {
  return statuses.reduce((activity, status, index) => {
    const id = at(index * 5)
    return settle(entering(activity, id, job.version), known([id, status]), job)
  }, before)
}

/** What is told, and of which run: `5 FAILURE` is said of the run at minute 5. */
const told = ({ notices }: Activity) =>
  Object.entries(notices)
    .sort()
    .flatMap(([id, { kinds }]) =>
      kinds.map((kind) => `${[...Array(30).keys()].map((run) => run * 5).find((m) => at(m) === id)} ${kind}`),
    )

describe('settling', () => {
  const activity = [at(0), at(5), at(10)].reduce((all, id) => entering(all, id), noActivity)

  it.each([
    [
      'counts failures in a row',
      [
        [at(0), 'FAILED'],
        [at(5), 'TIMED_OUT'],
        [at(10), 'LOST'],
      ],
      3,
    ],
    [
      'begins anew after a success',
      [
        [at(0), 'FAILED'],
        [at(5), 'SUCCEEDED'],
        [at(10), 'FAILED'],
      ],
      1,
    ],
    [
      'goes by planned time, not by the order of arrival',
      [
        [at(10), 'SUCCEEDED'],
        [at(0), 'FAILED'],
        [at(5), 'FAILED'],
      ],
      0,
    ],
    [
      'does not count what was skipped or missed',
      [
        [at(0), 'FAILED'],
        [at(5), 'SKIPPED'],
        [at(10), 'MISSED'],
      ],
      1,
    ],
    [
      'leaves alone what still runs',
      [
        [at(0), 'RUNNING'],
        [at(5), 'NONE'],
      ],
      0,
    ],
  ] as const)('%s', (_, records, failures) => {
    expect(settle(activity, known(...records), jobWith()).consecutiveFailures).toBe(failures)
  })

  it('goes by planned time, not by the order of claiming', () => {
    const late = [at(10), at(0), at(5)].reduce((all, id) => entering(all, id), noActivity)
    const records = known([at(0), 'FAILED'], [at(5), 'SUCCEEDED'], [at(10), 'FAILED'])
    expect(settle(late, records, jobWith())).toMatchObject({
      active: {},
      consecutiveFailures: 1,
      firstFailed: at(10),
      lastGood: at(5),
    })
  })

  it('remembers the newest good run, whichever is settled last', () => {
    const newer = settle(entering(noActivity, at(10)), known([at(10), 'SUCCEEDED']), jobWith())
    const both = settle(entering(newer, at(0)), known([at(0), 'SUCCEEDED']), jobWith())
    expect(both.lastGood).toBe(at(10))
  })

  it('counts no run whose id is none', () => {
    expect(settle(entering(noActivity, 'x'), known(['x', 'FAILED']), jobWith())).toMatchObject({
      active: {},
      consecutiveFailures: 0,
    })
  })

  it('keeps a run active until its record is final', () => {
    const records = known([at(0), 'RUNNING'], [at(5), 'NONE'], [at(10), 'SUCCEEDED'])
    expect(Object.keys(settle(activity, records, jobWith()).active)).toEqual([at(0), at(5)])
  })

  it.each(['FAILED', 'SUCCEEDED'] as const)('does not count manual runs: %s', (status) => {
    const manual = manualRunId(JOB_ID, DUE + MINUTE, '7ZZZZZ')
    const before = play(jobWith(), ['FAILED'])
    const settled = settle(entering(before, manual), known([manual, status]), jobWith())
    expect(settled).toMatchObject({ active: {}, consecutiveFailures: 1, notices: {} })
  })

  it.each([
    ['edited', (job: Job) => editJob(job, { ...job.definition, name: 'other' }, DUE)],
    ['paused', (job: Job) => editJob(job, { ...job.definition, enabled: false }, DUE)],
  ])('begins anew once the job was %s, and does not count what began before', (_, change) => {
    const job = jobWith()
    const before = entering(play(job, ['FAILED', 'FAILED']), at(10))
    const changed = change(job)
    expect(settle(before, known(), changed)).toMatchObject({ consecutiveFailures: 0, firstFailed: undefined })
    const after = settle(before, known([at(10), 'FAILED']), changed)
    expect(after).toMatchObject({ active: {}, consecutiveFailures: 0, notices: {} })
  })
})

describe('what is told', () => {
  const F = 'FAILED'
  const S = 'SUCCEEDED'
  const thrice = { notify: { afterFailures: 3 } }
  it.each<[string, object, readonly RunStatus[], readonly string[]]>([
    ['nothing before the third failure', thrice, [F, F], []],
    ['the third failure, once', thrice, [F, F, 'TIMED_OUT'], ['10 FAILURE']],
    ['nothing more while it keeps failing', thrice, [F, F, F, F, 'LOST', F, F], ['10 FAILURE']],
    ['the recovery, once', thrice, [F, F, F, F, S, S], ['10 FAILURE', '20 RECOVERY']],
    ['no recovery of what was not told', thrice, [F, F, S], []],
    ['each series anew', thrice, [F, F, F, S, F, F, F], ['10 FAILURE', '15 RECOVERY', '30 FAILURE']],
    ['neither skipped nor missed nor cancelled runs', thrice, [F, F, 'SKIPPED', 'MISSED', 'CANCELLED', S], []],
    ['a series across them', thrice, [F, 'SKIPPED', F, 'MISSED', F], ['20 FAILURE']],
    ['the first failure, if so asked', { notify: { afterFailures: 1 } }, [F, F, S], ['0 FAILURE', '10 RECOVERY']],
    ['no failure, if so asked', { notify: { onFailure: false, afterFailures: 2 } }, [F, F, S], ['10 RECOVERY']],
    ['no recovery, if so asked', { notify: { onRecovery: false, afterFailures: 2 } }, [F, F, S], ['5 FAILURE']],
    ['each success, if asked', { notify: { onSuccess: true } }, [S, F, S], ['0 SUCCESS', '10 SUCCESS']],
    ['that the job is disabled, once', { disableAfterFailures: 2 }, [F, F, F], ['5 DISABLED', '10 FAILURE']],
    [
      'both, where both are due',
      { notify: { afterFailures: 2 }, disableAfterFailures: 2 },
      [F, F],
      ['5 FAILURE', '5 DISABLED'],
    ],
  ])('is %s', (_, fields, statuses, expected) => {
    expect(told(play(jobWith(fields), statuses))).toEqual(expected)
  })

  it('says how many failed, since when, and which was the last good run', () => {
    const { notices } = play(jobWith(thrice), [S, F, F, F, S])
    expect(notices[at(15)]).toMatchObject({ failures: 3, firstFailed: at(5), lastGood: at(0) })
    expect(notices[at(20)]).toMatchObject({ kinds: ['RECOVERY'], failures: 3, firstFailed: at(5), lastGood: at(0) })
  })

  it('says what is to become of the job', () => {
    const { notices } = play(jobWith({ ...thrice, disableAfterFailures: 3 }), [F, F, F, S, S])
    expect(notices[at(10)]).toEqual({
      kinds: ['FAILURE', 'DISABLED'],
      failures: 3,
      firstFailed: at(0),
      disable: { because: 'FAILING', editedVersion: 1 },
      tries: 0,
      notBefore: 0,
    })
    expect(notices[at(15)]).toEqual({ kinds: ['RECOVERY'], failures: 3, firstFailed: at(0), tries: 0, notBefore: 0 })
    const successes = play(jobWith({ notify: { onSuccess: true } }), [S, 'SKIPPED', S]).notices
    expect(Object.values(successes)).toStrictEqual([
      { kinds: ['SUCCESS'], failures: 0, tries: 0, notBefore: 0 },
      { kinds: ['SUCCESS'], failures: 0, lastGood: at(0), tries: 0, notBefore: 0 },
    ])
  })

  it('is no further success while a hundred notices wait', () => {
    const job = jobWith({ notify: { onSuccess: true, afterFailures: 1 } })
    const full = play(job, Array<RunStatus>(101).fill(S))
    expect(Object.keys(full.notices)).toHaveLength(100)
    const failed = settle(entering(full, at(600)), known([at(600), F]), job)
    expect(Object.keys(failed.notices)).toHaveLength(101)
  })

  it('is nothing of a deleted job', () => {
    expect(told(play({ ...jobWith(thrice), desired: 'DELETED' }, [F, F, F]))).toEqual([])
  })

  it('is that a job is gone, unless it was edited during the call or is paused', () => {
    const job = jobWith(thrice)
    const before = entering(noActivity, at(0))
    const gone = (now: Job) => disablingGone(before, settle(before, known([at(0), F]), now), at(0), now)
    expect(gone(job).notices).toStrictEqual({
      [at(0)]: {
        kinds: ['DISABLED'],
        failures: 1,
        firstFailed: at(0),
        disable: { because: 'GONE', editedVersion: 1 },
        tries: 0,
        notBefore: 0,
      },
    })
    const elsewhere = settle(before, known([at(0), F]), job)
    expect(disablingGone(before, elsewhere, at(5), job)).toBe(elsewhere)
    expect(told(gone(editJob(job, { ...job.definition, name: 'other' }, DUE)))).toEqual([])
    expect(told(gone({ ...job, desired: 'PAUSED' }))).toEqual([])
  })

  it('is that a job is gone along with what else there is to tell of the run, once', () => {
    const job = jobWith({ notify: { afterFailures: 2 }, disableAfterFailures: 2 })
    const before = entering(play(job, [S, F]), at(10))
    const settled = settle(before, known([at(10), F]), job)
    expect(told(settled)).toEqual(['10 FAILURE', '10 DISABLED'])
    const gone = disablingGone(before, settled, at(10), job)
    expect(told(gone)).toEqual(['10 FAILURE', '10 DISABLED'])
    expect(gone.notices[at(10)]).toMatchObject({
      failures: 2,
      firstFailed: at(5),
      lastGood: at(0),
      disable: { because: 'GONE' },
    })
    const uncounted = disablingGone(before, play(job, [S]), at(10), job).notices[at(10)]
    expect(uncounted).toStrictEqual({
      kinds: ['DISABLED'],
      failures: 0,
      lastGood: at(0),
      disable: { because: 'GONE', editedVersion: 1 },
      tries: 0,
      notBefore: 0,
    })
  })

  it('follows from the runs alone, whatever is settled with what', () => {
    const status = fc.constantFrom<RunStatus>(F, F, S, 'TIMED_OUT', 'SKIPPED', 'CANCELLED')
    fc.assert(
      fc.property(fc.array(status, { maxLength: 20 }), fc.infiniteStream(fc.boolean()), (statuses, together) => {
        const job = jobWith({ ...thrice, disableAfterFailures: 4 })
        let activity: Activity = noActivity
        let ended: (readonly [string, RunStatus])[] = []
        for (const [index, status] of statuses.entries()) {
          const id = at(index * 5)
          activity = entering(activity, id)
          ended.push([id, status])
          if (together.next().value === true && index < statuses.length - 1) continue
          activity = settle(activity, known(...ended), job)
          ended = []
        }
        expect({ ...activity, rev: 0 }).toEqual({ ...play(job, statuses), rev: 0 })
      }),
    )
  })
})

describe('the end of a run', () => {
  it.each<[RunStatus, number, boolean, boolean]>([
    ['FAILED', 0, false, true],
    ['TIMED_OUT', 0, false, true],
    ['LOST', 3, false, true],
    ['SUCCEEDED', 0, false, false],
    ['SUCCEEDED', 1, false, true],
    ['SUCCEEDED', 0, true, true],
    ['CANCELLED', 0, true, false],
    ['CANCELLED', 1, false, true],
  ])(
    '%s after %i failures, with successes told: %s, is entered at once: %s',
    (status, consecutiveFailures, onSuccess, expected) => {
      expect(isEnteredAtOnce({ status }, { consecutiveFailures }, jobWith({ notify: { onSuccess } }))).toBe(expected)
    },
  )
})
