import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shortestFieldText } from '../../../lambdas/domain/schedule/field-text.ts'
import { parseScheduleExpression } from '../../../schedule-expressions/index.ts'

describe('shortestFieldText', () => {
  it.each([
    [[7], '7'],
    [[1, 2], '1,2'],
    [[1, 2, 3], '1-3'],
    [[0, 15, 30, 45], '0-45/15'],
    [[1, 2, 3, 10, 20, 30], '1-3,10-30/10'],
  ])('it writes %j as %j', (values, text) => {
    expect(shortestFieldText(values)).toBe(text)
  })

  it('it names exactly the values it was given, in fewer characters than a list of all minutes', () => {
    const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 59 }), { minLength: 1 })
    fc.assert(
      fc.property(minutes, (unsorted) => {
        const values = unsorted.toSorted((a, b) => a - b)
        const text = shortestFieldText(values)
        expect(parseScheduleExpression(`cron(${text} 0 * * ? *)`)).toMatchObject({ expression: { minutes: values } })
        expect(text.length).toBeLessThanOrEqual(values.join(',').length)
        expect(text.length).toBeLessThan(110)
      }),
    )
  })
})
