import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packParts, unpackParts } from '../../../lambdas/domain/figures/packed-parts.ts'
import { countRun, type EndedRun, emptyTally, endedStatuses } from '../../../lambdas/domain/figures/tally.ts'
import { SLOT_MS } from '../../../lambdas/domain/figures/time-slot.ts'

const FROM = Date.parse('2026-11-21T00:00:00Z')

const run = fc.record({
  id: fc.constant('unused'),
  status: fc.constantFrom(...endedStatuses),
  durationMs: fc.option(fc.integer({ min: 0, max: 900_000_000 })),
}) satisfies fc.Arbitrary<EndedRun>

const parts = fc.dictionary(fc.integer({ min: 0, max: 95 }).map(String), fc.array(run, { minLength: 1 })).map(
  (runsBySlot) =>
    new Map(
      Object.entries(runsBySlot).map(([slot, runs]) => {
        const tally = emptyTally()
        for (const each of runs) countRun(tally, each, true)
        return [FROM + Number(slot) * SLOT_MS, tally]
      }),
    ),
)

describe('packed parts', () => {
  it('are the parts again when unpacked', () => {
    fc.assert(
      fc.property(parts, (given) => {
        expect(unpackParts(packParts(given, FROM), FROM)).toEqual(given)
      }),
    )
  })

  it('are refused when they are cut short', () => {
    fc.assert(
      fc.property(parts, fc.nat(), (given, cut) => {
        const [first] = given
        const packed = packParts(new Map(first ? [first] : []), FROM)
        const short = packed.slice(0, packed.length === 0 ? 0 : 1 + (cut % (packed.length - 1)))
        if (short.length > 0) expect(() => unpackParts(short, FROM)).toThrow('ends too early')
      }),
    )
  })
})
