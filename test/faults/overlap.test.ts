import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type OverlapOptions, OverlappingRuns } from './overlapping.ts'

/**
 * `OVERLAPS` is how many histories there are of each policy; `OVERLAPS_SEED` and `OVERLAPS_PATH`, as a failure prints them,
 * replay one.
 */
const { OVERLAPS = '250', OVERLAPS_SEED, OVERLAPS_PATH } = process.env
const count = Number(OVERLAPS)
const seed = OVERLAPS_SEED === undefined ? Date.now() % 2 ** 31 : Number(OVERLAPS_SEED)
const replay = { seed, ...(OVERLAPS_PATH === undefined ? {} : { path: OVERLAPS_PATH }) }

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS

const index = fc.nat(7)
const letGo = fc.record({
  kind: fc.constant('let go' as const),
  index,
  times: fc.integer({ min: 1, max: 5 }),
  strike: fc.option(fc.constantFrom('refused' as const, 'answer lost' as const, 'ended before' as const), {
    freq: 6,
    nil: undefined,
  }),
})
const step = fc.oneof(
  { weight: 24, arbitrary: letGo },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('answer' as const), index, status: fc.constantFrom(200, 200, 500) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deliver again' as const), index }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('time passes' as const),
      ms: fc.constantFrom(
        SECOND_MS,
        SECOND_MS,
        3 * SECOND_MS,
        SECOND_MS,
        3 * SECOND_MS,
        6 * SECOND_MS,
        30 * SECOND_MS,
        MINUTE_MS,
        MINUTE_MS,
        8 * MINUTE_MS,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** Only the last one is struck. */
async function letGoTimes(
  world: OverlappingRuns,
  { index, times, strike }: Extract<Step, { kind: 'let go' }>,
): Promise<void> {
  for (let time = 1; time <= times; time++) await world.letGo(index, time === times ? strike : undefined)
}

function take(world: OverlappingRuns, step: Step): Promise<void> {
  switch (step.kind) {
    case 'let go':
      return letGoTimes(world, step)
    case 'answer':
      return world.answer(step.index, step.status)
    case 'deliver again':
      return world.deliverAgain(step.index)
    case 'time passes':
      return world.pass(step.ms)
    case 'sweep':
      return world.sweep()
  }
}

describe('calls that last longer than a minute, every minute', () => {
  it.each<[JobDefinitionOverlap, string]>([
    ['SKIP', 'OVERLAP'],
    ['REPLACE', 'REPLACED'],
  ])(
    `never overlap under %s, whatever crashes: ${count} histories of seed ${seed}`,
    { timeout: 1_200_000 },
    async (overlap, met) => {
      const tally: Record<string, number> = {}
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }),
          fc.constantFrom<OverlapOptions['delivery']>('AT_LEAST_ONCE', 'AT_MOST_ONCE'),
          async (steps, delivery) => {
            const world = new OverlappingRuns({ overlap, delivery })
            await world.pass(MINUTE_MS)
            for (const one of steps) await take(world, one)
            expect(await world.end()).toEqual([])
            for (const [end, runs] of Object.entries(world.tally())) tally[end] = (tally[end] ?? 0) + runs
          },
        ),
        { ...replay, numRuns: count },
      )
      console.log(overlap, tally)
      // The histories are worth something only if runs did meet, crash and succeed.
      expect(Object.keys(tally)).toEqual(expect.arrayContaining([met, 'CRASHED', 'SUCCEEDED']))
    },
  )
})

type JobDefinitionOverlap = Extract<OverlapOptions['overlap'], 'SKIP' | 'REPLACE'>
