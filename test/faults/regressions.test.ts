import { describe, expect, it } from 'vitest'
import type { Decide, StrikeKind } from '../support/fault-process.ts'
import { memoryGround } from './ground.ts'
import { lateIndex } from './mutants.ts'
import { Simulation, whatIsWrong } from './simulation.ts'

const START = Date.parse('2026-11-21T11:58:20Z')
const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** The first call of this name goes wrong. */
const at = (name: string, kind: StrikeKind): Decide => {
  let isDone = false
  return (call) => {
    if (call !== name || isDone) return undefined
    isDone = true
    return kind
  }
}

/** What the proofs once found, as the shortest history that showed it. */
const histories: readonly {
  readonly name: string
  readonly isIndexLate?: boolean
  readonly play: (simulation: Simulation) => Promise<unknown>
}[] = [
  {
    name: 'runs missed without a schedule are recorded although an edit brings the job in step before a sweep does',
    async play(simulation) {
      const id = await simulation.create({ cronExpression: '* * * * *' }, at('schedules.create', 'refused'))
      await simulation.advance(3 * MINUTE_MS)
      await simulation.edit(id ?? '', { name: 'renamed' })
    },
  },
  {
    name: 'runs missed without a schedule are recorded although later ones have records already',
    async play(simulation) {
      const id = await simulation.create({ cronExpression: '* * * * *' }, at('schedules.create', 'refused'))
      await simulation.advance(3 * MINUTE_MS)
      await simulation.edit(id ?? '', { name: 'renamed' }, at('schedules.create', 'ended after'))
      await simulation.advance(3 * MINUTE_MS)
    },
  },
  {
    name: 'runs missed without a schedule are recorded although one by hand came after them',
    async play(simulation) {
      const id = await simulation.create({ cronExpression: '* * * * *' }, at('schedules.create', 'refused'))
      await simulation.advance(3 * MINUTE_MS)
      await simulation.requestRun(id ?? '')
    },
  },
  {
    name: 'a one-off run whose schedule could not be made is run within its window',
    play: (simulation) =>
      simulation.create({ cronExpression: 'at(2026-11-21T12:00:00)' }, at('schedules.create', 'refused')),
  },
  {
    name: 'a run that was claimed only to be recorded as missed is not called when its claim is taken over',
    async play(simulation) {
      await simulation.create({ cronExpression: '15 12 * * *' })
      const held: unknown[] = []
      simulation.ground.deliverTo((order) => held.push(order))
      await simulation.advance(3 * HOUR_MS)
      await simulation.execute(held[0], at('ledger.save', 'ended after')).catch(() => {})
    },
  },
  {
    name: 'the schedule of a job that the index does not list yet is left alone',
    isIndexLate: true,
    async play(simulation) {
      await simulation.create({ cronExpression: '7 * * * *' })
      await simulation.advance(30 * SECOND_MS)
      const report = await simulation.sweep()
      expect(report).toMatchObject({ jobs: 0, schedules: 1, removed: 0 })
    },
  },
  {
    name: 'what a removed schedule has missed is run although the sweep that makes it again breaks off',
    async play(simulation) {
      const id = await simulation.create({ cronExpression: '*/5 * * * *' })
      await simulation.ground.schedules.remove(`${id}.1`)
      await simulation.advance(2 * MINUTE_MS)
      await simulation.sweep(at('schedules.create', 'ended after'))
    },
  },
  {
    name: 'a run that was promised before its job was deleted does not keep the tombstone for ever',
    async play(simulation) {
      const id = await simulation.create({ cronExpression: '7 * * * *' })
      await simulation.requestRun(id ?? '', at('starter.start', 'ended before'))
      await simulation.delete(id ?? '')
    },
  },
]

describe('once found, and mended', () => {
  it.each(histories)('$name', async ({ play, isIndexLate = false }) => {
    const simulation = new Simulation(memoryGround(START), isIndexLate ? { mutate: lateIndex } : {})
    await play(simulation)
    expect(await whatIsWrong(simulation)).toEqual([])
  })
})
