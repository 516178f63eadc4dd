import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attemptLimits, sourceOf, windowAt } from '../../../lambdas/domain/account/attempt-limits.ts'

describe('attemptLimits', () => {
  it.each(Object.entries(attemptLimits))('%s: allows an address less than a source', (_attempt, limit) => {
    expect(limit.perAddress).toBeGreaterThan(0)
    expect(limit.perAddress).toBeLessThan(limit.perSource)
  })

  it('leaves a six-digit code practically safe from guessing: a day’s tries find one in less than 1 of 4,000 cases', () => {
    for (const attempt of ['verify', 'resetPassword'] as const) {
      const { perAddress, windowMs } = attemptLimits[attempt]
      expect((perAddress * 86_400_000) / windowMs).toBeLessThan(1_000_000 / 4_000)
    }
  })
})

describe('windowAt', () => {
  it('finds the one window that an instant is in', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 86_400_000 }), fc.nat(4_000_000_000_000), (windowMs, now) => {
        const { startsAt, endsAt } = windowAt(windowMs, now)
        expect(startsAt % windowMs).toBe(0)
        expect(startsAt <= now && now < endsAt).toBe(true)
        expect(windowAt(windowMs, endsAt).startsAt).toBe(endsAt)
      }),
    )
  })
})

describe('sourceOf', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:DB8:1:3::1', '2001:db8:1:3::/64'],
    ['unknown', 'unknown'],
  ])('takes %s for %s', (ip, source) => {
    expect(sourceOf(ip)).toBe(source)
  })
})
