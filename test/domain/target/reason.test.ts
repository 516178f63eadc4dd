import { describe, expect, it } from 'vitest'
import { hintFor } from '../../../lambdas/domain/target/hints.ts'
import { reasonCodes } from '../../../lambdas/domain/target/reason.ts'

const SENTENCE = /^[A-Z].+[.]$/
const secretNames = ['CRON_SECRET']
const changed = (...names: string[]) => new Map(names.map((name) => [name, '2026-11-21T12:00:30.000Z']))

describe('a hint', () => {
  it.each(reasonCodes.filter((code) => code !== 'HTTP_STATUS'))('is one sentence for %s', (code) => {
    for (const facts of [{}, { secretNames }]) expect(hintFor({ code, ...facts })).toMatch(SENTENCE)
  })

  it.each([302, 400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422, 429, 500, 502, 503, 504, 599, 204])(
    'is one sentence for status %i',
    (httpStatus) => {
      expect(hintFor({ code: 'HTTP_STATUS', httpStatus, secretNames })).toMatch(SENTENCE)
    },
  )

  it.each([
    [{}, "The target refused the credential; check the job's auth and headers."],
    [{ secretNames }, 'The target refused the credential; check secret CRON_SECRET.'],
    [
      { secretNames, secretsChangedAt: changed('CRON_SECRET') },
      'The target refused the credential; check secret CRON_SECRET, last changed 2026-11-21 12:00 UTC.',
    ],
    [
      { secretNames: ['A', 'B'], secretsChangedAt: changed('B') },
      'The target refused the credential; check secrets A, B (last changed 2026-11-21 12:00 UTC).',
    ],
  ])('says after 401 which secrets to look at, and since when they are what they are: %j', (facts, hint) => {
    expect(hintFor({ code: 'HTTP_STATUS', httpStatus: 401, ...facts })).toBe(hint)
  })
})
