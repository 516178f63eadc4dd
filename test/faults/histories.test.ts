import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { histories, play } from './history.ts'
import { memoryGround, Simulation, whatIsWrong } from './simulation.ts'

const START = Date.parse('2026-11-21T11:58:20Z')

/**
 * How many histories, and which: `HISTORIES` sets the number; `HISTORIES_SEED` and `HISTORIES_PATH`, as a failure prints
 * them, replay one.
 */
const { HISTORIES = '1000', HISTORIES_SEED, HISTORIES_PATH } = process.env
const seed = HISTORIES_SEED === undefined ? Date.now() % 2 ** 31 : Number(HISTORIES_SEED)
const parameters = {
  seed,
  numRuns: Number(HISTORIES),
  ...(HISTORIES_PATH === undefined ? {} : { path: HISTORIES_PATH }),
}

describe('histories of edits, runs, crashes and sweeps', () => {
  it(`hold every invariant: ${HISTORIES} histories of seed ${seed}`, { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const simulation = new Simulation(memoryGround(START))
        await play(simulation, history)
        expect(await whatIsWrong(simulation)).toEqual([])
      }),
      parameters,
    )
  })
})
