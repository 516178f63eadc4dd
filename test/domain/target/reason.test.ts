import { describe, expect, it } from 'vitest'
import { hintFor } from '../../../lambdas/domain/target/hints.ts'
import { isCredentialRefused, reasonCodes } from '../../../lambdas/domain/target/reason.ts'

const SENTENCE = /^[A-Z].+[.]$/
const secretNames = ['CRON_SECRET']
const changed = (...names: string[]) => new Map(names.map((name) => [name, '2026-11-21T12:00:30.000Z']))

describe('a credential', () => {
  it.each([401, 403, 407])('is refused by %i', (status) => {
    expect(isCredentialRefused(status)).toBe(true)
  })

  it.each([200, 400, 402, 404, 405, 408, 500])('is not what %i is about', (status) => {
    expect(isCredentialRefused(status)).toBe(false)
  })
})

describe('a hint', () => {
  it.each(reasonCodes.filter((code) => code !== 'HTTP_STATUS'))('is one sentence for %s', (code) => {
    for (const facts of [{}, { secretNames }]) expect(hintFor({ code, ...facts })).toMatch(SENTENCE)
  })

  it.each([302, 304, 400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 418, 422, 429, 500, 502, 503, 504, 599, 204])(
    'is one sentence for status %i',
    (httpStatus) => {
      expect(hintFor({ code: 'HTTP_STATUS', httpStatus, secretNames })).toMatch(SENTENCE)
    },
  )

  it.each([
    ['ASSERTION', 'success rule'],
    ['DNS', 'DNS record'],
    ['CONNECT', 'firewall'],
    ['TLS', 'certificate'],
    ['TLS', 'speaks TLS on this port'],
    ['TIMEOUT', 'timeout'],
    ['RESET', 'closed the connection'],
    ['PROTOCOL', 'right port and scheme'],
    ['REDIRECT', 'where the redirects end'],
    ['TOO_LARGE', 'smaller'],
    ['BLOCKED_TARGET', 'http(s) URL at a public address'],
    ['HOST_BUSY', 'hostParallelism'],
    ['SECRET_NOT_FOUND', 'Create the secret'],
    ['INVALID_REQUEST', 'URL and headers'],
    ['ABORTED', 'stopped before its answer came'],
  ] as const)('is about %s: %s', (code, words) => {
    expect(hintFor({ code })).toContain(words)
  })

  it('takes 304 for what it is: no redirect', () => {
    expect(hintFor({ code: 'HTTP_STATUS', httpStatus: 304 })).toContain('if-none-match')
  })

  it.each([
    ['SECRET_NOT_FOUND', 'Create secret CRON_SECRET, or correct the name in the job.'],
    ['INVALID_REQUEST', "Check the job's request and the value of secret CRON_SECRET."],
  ] as const)('names the secrets that %s may be about: %s', (code, hint) => {
    expect(hintFor({ code, secretNames })).toBe(hint)
  })

  it.each([
    [599, 'failed while handling'],
    [505, 'failed while handling'],
    [499, 'refused the request'],
    [402, 'refused the request'],
    [399, 'redirect'],
    [300, 'redirect'],
    [299, 'means success'],
    [undefined, 'means success'],
  ])('falls back, for status %s without a sentence of its own, on its class: %s', (httpStatus, words) => {
    expect(hintFor({ code: 'HTTP_STATUS', ...(httpStatus === undefined ? {} : { httpStatus }) })).toContain(words)
  })

  it.each([500, 400])('has a class begin at its first status: %i', (httpStatus) => {
    expect(hintFor({ code: 'HTTP_STATUS', httpStatus })).not.toContain('redirect')
  })

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
