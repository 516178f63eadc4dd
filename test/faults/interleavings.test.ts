import { describe, expect, it } from 'vitest'
import { explore } from '../support/fault-explorer.ts'
import { mutants } from './mutants.ts'
import { type Plot, sceneOf } from './plots.ts'

const plots: readonly Plot[] = [
  { moves: ['create', 'hourly', 'everyThree'], faults: 1 },
  { moves: ['create', 'pause', 'resume'], faults: 1 },
  { moves: ['create', 'hourly', 'delete'], faults: 1 },
  { job: {}, moves: ['hourly', 'sweep'], faults: 1 },
  { job: {}, moves: ['rename', 'pause', 'sweep'], faults: 1 },
  { job: {}, moves: ['delete', 'sweep'], faults: 1 },
  { job: { enabled: false }, moves: ['resume', 'sweep'], faults: 1 },
  { job: {}, moves: ['deliver', 'deliver'], faults: 2 },
  { job: { delivery: 'AT_MOST_ONCE' }, moves: ['deliver', 'deliver'], faults: 2 },
  { job: {}, moves: ['deliver', 'deliver', 'pause'], faults: 1 },
  { job: {}, moves: ['deliver', 'deliver', 'delete'], faults: 1 },
  { job: {}, moves: ['deliver', 'run now', 'sweep'], faults: 1 },
]

const nameOf = ({ job, moves }: Plot) => `${moves.join(', ')}${job ? ` of ${JSON.stringify(job)}` : ''}`

describe('every order of calls, with every fault at every call', () => {
  it.each(plots.map((plot) => [nameOf(plot), plot] as const))('holds every invariant: %s', async (_, plot) => {
    const started = performance.now()
    const { states, ends, violations } = await explore(sceneOf(plot))
    console.log(nameOf(plot), states, ends, Math.round(performance.now() - started))
    expect(violations).toEqual([])
    expect(states).toBeGreaterThan(ends)
  })
})
