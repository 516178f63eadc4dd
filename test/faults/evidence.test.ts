import { describe, expect, it } from 'vitest'
import { answered } from '../support/world.ts'
import { memoryGround } from './ground.ts'
import { violations } from './invariants.ts'
import { Simulation } from './simulation.ts'

const START = Date.parse('2026-11-21T11:58:20Z')
const HOUR_MS = 3_600_000

describe('the evidence of a world', () => {
  it('says of each run what its record said, and so stands for those that have expired', async () => {
    const simulation = new Simulation(memoryGround(START), { answer: () => answered(503) })
    await simulation.create({ cronExpression: '0 * * * *' })
    await simulation.advance(4 * HOUR_MS)
    const aftermath = await simulation.mend()
    const { mails, written } = aftermath.evidence
    expect(mails).not.toEqual([])
    expect(written).toEqual(
      new Map([...aftermath.runs].map(([id, { status, notifications }]) => [id, { status, notifications }])),
    )
    expect(violations({ ...aftermath, runs: written })).toEqual([])
  })
})
