import { describe, expect, it } from 'vitest'
import {
  dueNotices,
  isHopeless,
  Notice,
  noticePutOff,
  noticeTaken,
  noticeTold,
} from '../../../lambdas/domain/notification/notice.ts'
import { noActivity } from '../../../lambdas/domain/run/activity.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const MINUTE = 60_000
const notice = { kinds: ['FAILURE' as const], failures: 3, tries: 0, notBefore: 0 }
const activity = { ...noActivity, rev: 7, notices: { b: notice, a: notice, later: { ...notice, notBefore: NOW + 1 } } }

describe('a notice', () => {
  it('is due in order of its run, from its instant on', () => {
    expect(dueNotices(activity, NOW)).toEqual(['a', 'b'])
    expect(dueNotices(activity, NOW + 1)).toEqual(['a', 'b', 'later'])
  })

  it('is taken by one at a time, and by another when that one has not been heard of', () => {
    const taken = noticeTaken(activity, 'a', NOW)
    expect(taken).toMatchObject({ rev: 8, notices: { a: { tries: 1 }, b: notice } })
    expect(taken && noticeTaken(taken, 'a', NOW + MINUTE)).toBeUndefined()
    expect(taken && noticeTaken(taken, 'a', NOW + 2 * MINUTE)).toMatchObject({ rev: 9, notices: { a: { tries: 2 } } })
  })

  it('is put off, or told and gone', () => {
    expect(noticePutOff(activity, 'a', NOW + MINUTE)).toMatchObject({
      rev: 8,
      notices: { a: { notBefore: NOW + MINUTE } },
    })
    expect(noticeTold(activity, 'a')).toMatchObject({ rev: 8 })
    expect(Object.keys(noticeTold(activity, 'a')?.notices ?? {})).toEqual(['b', 'later'])
  })

  it('that is not there cannot be taken, put off or told', () => {
    expect([noticeTaken, noticePutOff, noticeTold].map((change) => change(activity, 'none', NOW))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('is given up after a dozen tries that came to nothing', () => {
    expect([isHopeless({ ...notice, tries: 12 }), isHopeless({ ...notice, tries: 13 })]).toEqual([false, true])
  })

  it.each([
    { ...notice, kinds: ['FAILURE', 'RECOVERY', 'SUCCESS', 'DISABLED'], firstFailed: 'a', lastGood: 'b' },
    { ...notice, disable: { because: 'FAILING', editedVersion: 3 } },
    { ...notice, disable: { because: 'GONE', editedVersion: 3 } },
  ])('is read as it was written: %j', (written) => {
    expect(Notice.parse(written)).toEqual(written)
  })

  it.each([
    { kinds: ['OTHER'] },
    { failures: 0.5 },
    { firstFailed: 1 },
    { disable: { because: 'GONE' } },
    { disable: { because: 'OTHER', editedVersion: 3 } },
    { tries: '1' },
    { notBefore: null },
  ])('is none with %j', (fields) => {
    expect(Notice.safeParse({ ...notice, ...fields }).success).toBe(false)
  })
})
