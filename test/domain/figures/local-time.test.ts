import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lastLocalDays, Timezone } from '../../../lambdas/domain/figures/local-time.ts'
import { SLOT_MS } from '../../../lambdas/domain/figures/time-slot.ts'
import { daysBefore, localTime } from '../../support/figures-oracle.ts'

const ZONES = [
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Havana',
  'Asia/Beirut',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Pago_Pago',
]

describe('the last local days', () => {
  it.each([
    ['Asia/Kolkata', '2026-11-21T18:29:59Z', 1, '2026-11-20T18:30:00Z', ['2026-11-21']],
    ['Asia/Kolkata', '2026-11-21T18:30:00Z', 1, '2026-11-21T18:30:00Z', ['2026-11-22']],
    // The day of the change has 25 hours.
    ['Europe/Paris', '2026-10-26T12:00:00Z', 2, '2026-10-24T22:00:00Z', ['2026-10-25', '2026-10-26']],
    ['Australia/Lord_Howe', '2026-10-05T00:00:00Z', 2, '2026-10-03T13:30:00Z', ['2026-10-04', '2026-10-05']],
    // At midnight the clocks went to one o'clock.
    ['America/Sao_Paulo', '2018-11-04T15:00:00Z', 1, '2018-11-04T03:00:00Z', ['2018-11-04']],
    // At one o'clock they go back to midnight, which comes twice.
    ['America/Havana', '2026-11-01T12:00:00Z', 1, '2026-11-01T04:00:00Z', ['2026-11-01']],
  ])('of %s at %s', (timezone, now, count, from, dates) => {
    const days = lastLocalDays(timezone, Date.parse(now), count)
    expect({ from: new Date(days.from).toISOString(), dates: days.dates }).toEqual({
      from: from.replace('Z', '.000Z'),
      dates,
    })
  })

  it('begin where a walk through all quarters of an hour finds them, and have its dates and hours', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: Date.parse('2015-01-01'), max: Date.parse('2037-12-31') }),
        fc.integer({ min: 1, max: 3 }),
        (timezone, now, count) => {
          const days = lastLocalDays(timezone, now, count)
          const first = daysBefore(localTime(timezone, now).date, count - 1)
          let slot = Math.floor(now / SLOT_MS) * SLOT_MS
          for (; localTime(timezone, slot - SLOT_MS).date >= first; slot -= SLOT_MS) {
            expect({ date: days.dateOf(slot), hour: days.hourOf(slot) }).toEqual(localTime(timezone, slot))
          }
          expect(new Date(days.from)).toEqual(new Date(slot))
          expect(days.dates).toHaveLength(count)
          expect(days.dates[0]).toBe(first)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('a time zone', () => {
  it.each(['UTC', 'Asia/Kolkata', 'America/Argentina/Ushuaia'])('may be %s', (name) => {
    expect(Timezone.safeParse(name).success).toBe(true)
  })
  it.each(['', 'utc', 'Europe/Atlantis', '+01:00', 'x'.repeat(51), '../../etc/passwd'])('may not be "%s"', (name) => {
    expect(Timezone.safeParse(name).success).toBe(false)
  })
})
