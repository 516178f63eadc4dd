import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NeedleSearch } from '../../../lambdas/domain/target/needle-search.ts'
import type { Needle } from '../../../lambdas/domain/target/needles.ts'
import { rawView } from '../../../lambdas/domain/target/redaction-views.ts'
import { propertyRuns } from '../../support/property-runs.ts'

/** Where any telling head or tail is, found the slow way: each byte that belongs to one. */
function slowly(text: Buffer, needles: readonly Needle[]): readonly number[] {
  const found = new Set<number>()
  for (const { bytes, telling } of needles)
    for (const start of [0, bytes.length - telling])
      for (let at = 0; at + telling <= text.length; at++) {
        if (!text.subarray(at, at + telling).equals(bytes.subarray(start, start + telling))) continue
        let [from, to] = [at, at + telling]
        if (start === 0) while (to - from < bytes.length && text[to] === bytes[to - from]) to++
        else while (at - from < start && text[from - 1] === bytes[start - 1 - (at - from)]) from--
        for (let byte = from; byte < to; byte++) found.add(byte)
      }
  return [...found].sort((a, b) => a - b)
}

describe('the search for many needles at once', () => {
  const word = (min: number, max: number) =>
    fc.string({ minLength: min, maxLength: max, unit: fc.constantFrom('a', 'b', 'c') })
  const needle = fc.tuple(word(4, 40), fc.double({ min: 0, max: 1, noNaN: true })).map(([text, part]): Needle => {
    const least = Math.max(4, Math.ceil(text.length / 2))
    return { bytes: Buffer.from(text), telling: least + Math.round((text.length - least) * part) }
  })

  it('finds what a search for each finds, byte for byte', () => {
    fc.assert(
      fc.property(
        fc.array(needle, { minLength: 1, maxLength: 6 }),
        fc.array(word(0, 30), { maxLength: 8 }),
        (needles, between) => {
          const parts = between.flatMap((text, at) => [text, needles[at % needles.length]?.bytes.toString() ?? ''])
          const text = Buffer.from(parts.join(''))
          const spans = new NeedleSearch(needles).in(rawView(text))
          const found = new Set(spans.flatMap(([from, to]) => Array.from({ length: to - from }, (_, at) => from + at)))
          expect([...found].sort((a, b) => a - b)).toEqual(slowly(text, needles))
        },
      ),
      { numRuns: propertyRuns(1000) },
    )
  })

  it('finds nothing without needles', () => {
    expect(new NeedleSearch([]).in(rawView(Buffer.from('abcdefgh')))).toEqual([])
  })

  it('finds one at each place of a text', () => {
    const bytes = Buffer.from('canary-7qx9_zr4lm2')
    const search = new NeedleSearch([{ bytes, telling: 12 }])
    for (let before = 0; before < 40; before++) {
      const text = Buffer.from(`${'.'.repeat(before)}${bytes}${'.'.repeat(40 - before)}`)
      expect(search.in(rawView(text)).map(String)).toContain(String([before, before + bytes.length]))
    }
  })
})
