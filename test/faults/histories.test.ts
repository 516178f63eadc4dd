import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answered } from '../support/world.ts'
import { memoryGround } from './ground.ts'
import { histories, play } from './history.ts'
import { lateIndex } from './mutants.ts'
import { realGround } from './real-ground.ts'
import { Simulation, whatIsWrong } from './simulation.ts'

const START = Date.parse('2026-11-21T11:58:20Z')

/**
 * How many histories, and which: `HISTORIES` is their number; `HISTORIES_SEED` and `HISTORIES_PATH`, as a failure prints
 * them, replay one.
 */
const { HISTORIES = '1000', HISTORIES_SEED, HISTORIES_PATH } = process.env
const count = Number(HISTORIES)
const seed = HISTORIES_SEED === undefined ? Date.now() % 2 ** 31 : Number(HISTORIES_SEED)
const replay = { seed, ...(HISTORIES_PATH === undefined ? {} : { path: HISTORIES_PATH }) }

/** Real engines take some forty times as long. */
const onRealEngines = Math.ceil(count / 40)

/** A target that fails two times of five, one after the other: one retry does not always help. */
const flaky = () => {
  let calls = 0
  return () => answered(calls++ % 5 < 2 ? 503 : 200)
}

const landings = fc.constantFrom('before' as const, 'after' as const)

describe('histories of edits, runs, crashes and sweeps', () => {
  it(`hold every invariant: ${count} of seed ${seed}`, { timeout: 1_200_000 }, async () => {
    let mails = 0
    await fc.assert(
      fc.asyncProperty(histories, landings, fc.boolean(), fc.boolean(), async (history, landing, isLate, isFlaky) => {
        const simulation = new Simulation(memoryGround(START), {
          ...(isLate ? { mutate: lateIndex } : {}),
          ...(isFlaky ? { answer: flaky() } : {}),
        })
        await play(simulation, history)
        expect(await whatIsWrong(simulation, landing)).toEqual([])
        mails += simulation.evidence.mails.length
      }),
      { ...replay, numRuns: count },
    )
    if (HISTORIES_PATH === undefined) expect(mails).toBeGreaterThan(0)
  })

  it(`hold them on real engines: ${onRealEngines} of seed ${seed}`, { timeout: 1_200_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(histories, landings, async (history, landing) => {
        const ground = await realGround(START)
        try {
          const simulation = new Simulation(ground)
          await play(simulation, history)
          expect(await whatIsWrong(simulation, landing)).toEqual([])
        } finally {
          await ground.stop()
        }
      }),
      { ...replay, numRuns: onRealEngines },
    )
  })
})
