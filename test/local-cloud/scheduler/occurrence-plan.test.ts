import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flexibleDelayMs, scheduledTimeText } from '../../../local/scheduler/occurrence-plan.ts'

describe('flexibleDelayMs', () => {
  const window = (MaximumWindowInMinutes: number) => ({ Mode: 'FLEXIBLE' as const, MaximumWindowInMinutes })

  it('stays within the window and is the same each time it is asked', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 1440 }), fc.nat(), (id, minutes, plannedMs) => {
        const delayMs = flexibleDelayMs(id, window(minutes), plannedMs)
        expect(delayMs).toBeGreaterThanOrEqual(0)
        expect(delayMs).toBeLessThan(minutes * 60_000)
        expect(flexibleDelayMs(id, window(minutes), plannedMs)).toBe(delayMs)
      }),
    )
  })

  it('differs by schedule and by occurrence, evenly over the window', () => {
    const delays = Array.from({ length: 1000 }, (_, index) => flexibleDelayMs(`job-${index % 10}`, window(1), index))
    expect(new Set(delays).size).toBeGreaterThan(950)
    const quarters = [0, 1, 2, 3].map((quarter) => delays.filter((ms) => Math.floor(ms / 15_000) === quarter).length)
    for (const count of quarters) expect(Math.abs(count - 250)).toBeLessThan(60)
  })

  it('is nothing without a window', () => {
    expect(flexibleDelayMs('job', { Mode: 'OFF' }, 0)).toBe(0)
  })
})

describe('scheduledTimeText', () => {
  it('writes instants to the second, as the service does', () => {
    expect(scheduledTimeText(Date.parse('2026-03-29T01:00:00.999Z'))).toBe('2026-03-29T01:00:00Z')
  })
})
