import { describe, expect, it } from 'vitest'
import { zoneClock } from '../../schedule-expressions/index.ts'

const at = (text: string) => Date.parse(text)
const HOUR = 3_600_000

describe('the changes of a clock', () => {
  const paris = zoneClock('Europe/Paris')
  const SPRING = { at: at('2026-03-29T01:00:00Z'), offsetBefore: HOUR, offsetAfter: 2 * HOUR }
  const AUTUMN = { at: at('2026-10-25T01:00:00Z'), offsetBefore: 2 * HOUR, offsetAfter: HOUR }

  it('it lists those of a year, across its ends', () => {
    expect(paris.changes(at('2025-12-01T00:00:00Z'), at('2027-02-01T00:00:00Z'))).toEqual([SPRING, AUTUMN])
  })

  it('it leaves out the first instant and takes in the last', () => {
    expect(paris.changes(SPRING.at, AUTUMN.at)).toEqual([AUTUMN])
    expect(paris.changes(SPRING.at - 1, AUTUMN.at - 1)).toEqual([SPRING])
  })

  it('it has none where clocks stand still', () => {
    expect(zoneClock('UTC').changes(at('2020-01-01T00:00:00Z'), at('2030-01-01T00:00:00Z'))).toEqual([])
  })

  it('it finds one across the date line, on the last day of a year', () => {
    // Kiritimati skipped the last day of 1994, from 10 hours and 40 minutes behind UTC to 14 ahead.
    const changes = zoneClock('Pacific/Kiritimati').changes(at('1994-12-01T00:00:00Z'), at('1995-02-01T00:00:00Z'))
    expect(changes).toEqual([{ at: at('1994-12-31T10:00:00Z'), offsetBefore: -10 * HOUR, offsetAfter: 14 * HOUR }])
  })
})
