import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { editJob, newJob } from '../../../lambdas/domain/job/change-job.ts'
import { type Job, JobDefinition } from '../../../lambdas/domain/job/job.ts'
import { type Activity, claimed, type KnownStatus, noActivity } from '../../../lambdas/domain/run/activity.ts'
import type { RunStatus } from '../../../lambdas/domain/run/run.ts'
import { manualRunId, occurrenceRunId } from '../../../lambdas/domain/run/run-id.ts'
import { disablingGone, settle } from '../../../lambdas/domain/run/settle.ts'

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

  it('is nothing of a deleted job', () => {
    expect(told(play({ ...jobWith(thrice), desired: 'DELETED' }, [F, F, F]))).toEqual([])
  })

  it('is that a job is gone, unless it was edited during the call or is paused', () => {
    const job = jobWith(thrice)
    const before = entering(noActivity, at(0))
    const gone = (now: Job) => disablingGone(before, settle(before, known([at(0), F]), now), at(0), now)
    expect(gone(job).notices[at(0)]).toMatchObject({ kinds: ['DISABLED'], disable: { because: 'GONE' } })
    expect(told(gone(editJob(job, { ...job.definition, name: 'other' }, DUE)))).toEqual([])
    expect(told(gone({ ...job, desired: 'PAUSED' }))).toEqual([])
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
