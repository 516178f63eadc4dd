import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  instantOf,
  manualEntropy,
  manualEntropyOf,
  manualRunId,
  occurrenceRunId,
  parseRunId,
  runIdFloor,
} from '../../../lambdas/domain/run/run-id.ts'

const JOB = '01JXAMPLE0000000000000000J'.replaceAll('L', '0')
const OTHER_JOB = '01JXAMPE00000000000000000K'
const instants = fc.integer({ min: 0, max: 2 ** 47 })

describe('a run id', () => {
  it('is the same for the same occurrence, whoever delivers it', () => {
    expect(occurrenceRunId(JOB, 1_800_000_000_000)).toBe(occurrenceRunId(JOB, 1_800_000_000_000))
  })

  it('says which job, when and why', () => {
    fc.assert(
      fc.property(instants, fc.uint8Array({ minLength: 6, maxLength: 6 }), (plannedAt, random) => {
        expect(parseRunId(occurrenceRunId(JOB, plannedAt))).toEqual({ jobId: JOB, plannedAt, trigger: 'SCHEDULE' })
        expect(parseRunId(manualRunId(JOB, plannedAt, manualEntropy(random)))).toEqual({
          jobId: JOB,
          plannedAt,
          trigger: 'MANUAL',
        })
      }),
    )
  })

  it('begins with its instant, as whatever else has a ULID', () => {
    fc.assert(
      fc.property(instants, (plannedAt) => {
        expect(instantOf(occurrenceRunId(JOB, plannedAt))).toBe(plannedAt)
      }),
    )
    expect(instantOf('01ARZ3NDEKTSV4RRFFQ69G5FAV')).toBe(1_469_922_850_259)
  })

  it('asked for with a ULID ends in its random characters before the job', () => {
    expect(manualRunId(JOB, 0, manualEntropyOf('01ARZ3NDEKTSV4RRFFQ69G5FAV'))).toBe(`0000000000M9G5FAV${JOB}`)
  })

  it('sorts by time, whatever the job', () => {
    fc.assert(
      fc.property(instants, instants, (a, b) => {
        fc.pre(a !== b)
        expect(occurrenceRunId(OTHER_JOB, a) < occurrenceRunId(JOB, b)).toBe(a < b)
        expect(runIdFloor(a) < occurrenceRunId(JOB, b)).toBe(a <= b)
      }),
    )
  })

  it.each([
    '',
    'x',
    JOB,
    `${JOB}S${JOB}`,
    `0000000000S${JOB}0`,
    `00000000000S${JOB}`,
    `0000000000M${JOB}`,
    `0000000000M00000${JOB}`,
    '8ZZZZZZZZZS01JXAMPE00000000000000000K',
    '0000000000S01jxampe00000000000000000k',
  ])('is not %j', (text) => {
    expect(parseRunId(text)).toBeUndefined()
  })
})
