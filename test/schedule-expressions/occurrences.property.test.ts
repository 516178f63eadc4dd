import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOccurrence, occurrencesAfter, parseScheduleExpression } from '../../schedule-expressions/index.ts'
import { clockWindows, within } from '../support/clock-windows.ts'
import { eventBridgeNames, runsAmong } from '../support/cron-oracle.ts'
import { eventBridgeFields, PROPERTY_RUNS, PROPERTY_TIMEOUT_MS } from '../support/schedule-arbitraries.ts'

describe('occurrences of cron expressions', () => {
  it(
    'it finds what a look at every minute finds, wherever the clocks change',
    () => {
      const windows = clockWindows()
      let found = 0
      fc.assert(
        fc.property(eventBridgeFields, fc.constantFrom(...windows), (fields, window) => {
          const result = parseScheduleExpression(`cron(${fields})`)
          if (!result.ok) throw new Error(result.problem)
          const { timezone, from, minutes } = window
          const expected = runsAmong(minutes, eventBridgeNames(fields))
          expect(within(occurrencesAfter(result.expression, { timezone, after: from - 1 }), window)).toEqual(expected)
          found += expected.length
        }),
        { numRuns: PROPERTY_RUNS },
      )
      expect(found).toBeGreaterThan(PROPERTY_RUNS)
    },
    PROPERTY_TIMEOUT_MS,
  )

  it(
    'it judges single instants as the search does',
    () => {
      const windows = clockWindows()
      fc.assert(
        fc.property(
          eventBridgeFields,
          fc.constantFrom(...windows),
          fc.array(fc.nat(), { minLength: 20, maxLength: 20 }),
          (fields, window, picks) => {
            const result = parseScheduleExpression(`cron(${fields})`)
            if (!result.ok) throw new Error(result.problem)
            const { timezone, from, until, minutes } = window
            const found = within(occurrencesAfter(result.expression, { timezone, after: from - 1 }), window)
            const all = new Set(found)
            const instants = [
              ...picks.map((pick) => minutes[pick % minutes.length]?.instant ?? from),
              ...picks.map((pick) => from + (pick % (until - from))),
              ...found.slice(0, 50),
            ]
            for (const instant of instants) {
              expect(isOccurrence(result.expression, { timezone, instant })).toBe(all.has(instant))
            }
          },
        ),
        { numRuns: PROPERTY_RUNS },
      )
    },
    PROPERTY_TIMEOUT_MS,
  )

  it(
    'it continues from any instant as if it had never stopped',
    () => {
      const windows = clockWindows()
      fc.assert(
        fc.property(eventBridgeFields, fc.constantFrom(...windows), fc.nat(), (fields, window, pick) => {
          const result = parseScheduleExpression(`cron(${fields})`)
          if (!result.ok) throw new Error(result.problem)
          const { timezone, from, until } = window
          const { expression } = result
          const after = from + (pick % (until - from))
          const all = within(occurrencesAfter(expression, { timezone, after: from - 1 }), window)
          const rest = within(occurrencesAfter(expression, { timezone, after }), window)
          expect(rest).toEqual(all.filter((instant) => instant > after))
        }),
        { numRuns: PROPERTY_RUNS },
      )
    },
    PROPERTY_TIMEOUT_MS,
  )
})
