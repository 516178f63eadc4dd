import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRetryable, retryDelayMs } from '../../../lambdas/domain/run/decide-retry.ts'

const outcome = (fields: Partial<Parameters<typeof isRetryable>[0]> = {}) => ({
  isSuccess: false,
  code: 'HTTP_STATUS' as const,
  httpStatus: 503,
  retryAfterMs: null,
  ...fields,
})
const policy = { maxRetries: 3, retryDelaySeconds: 60, retryMaxDelaySeconds: 3600 }

describe('what is tried again', () => {
  it.each(['DNS', 'CONNECT', 'TLS', 'TIMEOUT', 'RESET', 'PROTOCOL', 'HOST_BUSY'] as const)('%s is', (code) => {
    expect(isRetryable(outcome({ code, httpStatus: null }))).toBe(true)
  })
  it.each([
    'ASSERTION',
    'BLOCKED_TARGET',
    'SECRET_NOT_FOUND',
    'INVALID_REQUEST',
    'REDIRECT',
    'TOO_LARGE',
    'ABORTED',
  ] as const)('%s is not', (code) => {
    expect(isRetryable(outcome({ code, httpStatus: 200 }))).toBe(false)
  })
  it.each([408, 425, 429, 500, 502, 503, 504, 599])('status %i is', (httpStatus) => {
    expect(isRetryable(outcome({ httpStatus }))).toBe(true)
  })
  it.each([204, 301, 400, 401, 403, 404, 409, 410, 422])('status %i is not', (httpStatus) => {
    expect(isRetryable(outcome({ httpStatus }))).toBe(false)
  })
  it.each([{ isSuccess: true, code: null }, { isSuccess: true }, { code: null }, { httpStatus: null }])(
    '%j is not',
    (fields) => {
      expect(isRetryable(outcome(fields))).toBe(false)
    },
  )
})

describe('the delay', () => {
  it.each([
    [0, 0, 30_000],
    [0, 1, 60_000],
    [1, 0, 60_000],
    [1, 1, 120_000],
    [2, 1, 240_000],
  ])('after %i retries with a throw of %d is %i ms', (done, random, ms) => {
    expect(retryDelayMs(policy, outcome(), done, random)).toBe(ms)
  })

  it('ends with the last retry', () => {
    expect(retryDelayMs(policy, outcome(), 3, 0.5)).toBeUndefined()
    expect(retryDelayMs({ ...policy, maxRetries: 0 }, outcome(), 0, 0.5)).toBeUndefined()
  })

  it.each([
    [null, 30_000],
    [10_000, 30_000],
    [90_000, 90_000],
    [9_000_000, 3_600_000],
  ])('with Retry-After %j is %i ms', (retryAfterMs, ms) => {
    expect(retryDelayMs(policy, outcome({ retryAfterMs }), 0, 0)).toBe(ms)
  })

  it('never exceeds the longest, and never is below half of the exponential one', () => {
    fc.assert(
      fc.property(
        fc.record({
          maxRetries: fc.constant(10),
          retryDelaySeconds: fc.integer({ min: 1, max: 3600 }),
          retryMaxDelaySeconds: fc.integer({ min: 3600, max: 86_400 }),
        }),
        fc.nat(9),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.option(fc.nat(10 ** 9)),
        (drawn, done, random, retryAfterMs) => {
          const ms = retryDelayMs(drawn, outcome({ retryAfterMs }), done, random) ?? Number.NaN
          expect(ms).toBeLessThanOrEqual(drawn.retryMaxDelaySeconds * 1000)
          expect(ms).toBeGreaterThanOrEqual(
            Math.floor(Math.min(drawn.retryMaxDelaySeconds, drawn.retryDelaySeconds * 2 ** done) * 500),
          )
        },
      ),
    )
  })
})
