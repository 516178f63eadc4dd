import { describe, expect, it } from 'vitest'
import { explore } from '../support/fault-explorer.ts'
import { mutants } from './mutants.ts'
import { type Plot, sceneOf } from './plots.ts'

/** What happens at the same time, and how many faults one way through it may have. */
const plots: readonly Plot[] = [
  { moves: ['create', 'slower', 'faster'], faults: 1 },
  { moves: ['create', 'pause', 'resume'], faults: 1 },
  { moves: ['create', 'slower', 'delete'], faults: 1 },
  { job: {}, moves: ['slower', 'sweep'], faults: 2 },
  { job: {}, moves: ['pause', 'sweep'], faults: 2 },
  { job: {}, moves: ['delete', 'sweep'], faults: 2 },
  { job: { enabled: false }, moves: ['resume', 'sweep'], faults: 2 },
  { job: {}, moves: ['slower', 'rename', 'sweep'], faults: 0 },
  { job: {}, moves: ['deliver', 'deliver'], faults: 2 },
  { job: { delivery: 'AT_MOST_ONCE' }, moves: ['deliver', 'deliver'], faults: 2 },
  { job: {}, moves: ['deliver', 'deliver', 'pause'], faults: 1 },
  { job: {}, moves: ['deliver', 'deliver', 'delete'], faults: 1 },
  { job: {}, moves: ['deliver', 'run now'], faults: 2 },
  { job: { enabled: false }, moves: ['run now', 'delete'], faults: 1 },
  { job: {}, moves: ['deliver', 'cancel'], faults: 2 },
  { job: {}, isRetried: true, moves: ['deliver', 'rename'], faults: 1 },
  { job: {}, isRetried: true, moves: ['deliver', 'pause'], faults: 0 },
  { job: {}, isRetried: true, moves: ['deliver', 'delete'], faults: 0 },
  { job: {}, isRetried: true, moves: ['deliver', 'cancel'], faults: 1 },
  { job: {}, isFailing: true, moves: ['deliver', 'deliver'], faults: 0 },
  { job: {}, isFailing: true, moves: ['deliver', 'tell'], faults: 1 },
  { job: {}, isFailing: true, moves: ['deliver', 'tell', 'tell'], faults: 0 },
]

const nameOf = ({ job, isFailing, isRetried, moves, faults }: Plot) =>
  `${moves.join(', ')}${isFailing ? ' of what fails' : ''}${isRetried ? ' of what is tried again' : ''}${job ? ` of ${JSON.stringify(job)}` : ''}, ${faults} faults`

describe('every order of calls, with every fault at every call', () => {
  it.each(plots.map((plot) => [nameOf(plot), plot] as const))(
    'holds every invariant: %s',
    { timeout: 1_200_000 },
    async (name, plot) => {
      const { states, ends, violations } = await explore(sceneOf(plot), { faults: plot.faults })
      console.log(`${name}: ${states} states, ${ends} ends`)
      expect(violations).toEqual([])
      expect(ends).toBeGreaterThan(0)
    },
  )
})

describe('the proofs', () => {
  it.each<{ mutant: keyof typeof mutants; plot: Plot; caughtBy: string }>([
    {
      mutant: 'noDedup',
      plot: { job: {}, moves: ['deliver', 'deliver'], faults: 0 },
      caughtBy: 'noTwoCallsWithinALease',
    },
    {
      mutant: 'noFence',
      plot: { job: {}, moves: ['pause', 'sweep'], faults: 1 },
      caughtBy: 'pausedAndDeletedJobsCallNothing',
    },
    {
      mutant: 'reusedNames',
      plot: { job: {}, moves: ['slower', 'faster'], faults: 1 },
      caughtBy: 'everyOccurrenceHasARecord',
    },
    {
      mutant: 'noCompareAndSet',
      plot: { job: {}, moves: ['slower', 'faster'], faults: 0 },
      caughtBy: 'acknowledgedStateHolds',
    },
    {
      mutant: 'noLeaseOnNotices',
      plot: { job: {}, isFailing: true, moves: ['deliver', 'tell'], faults: 0 },
      caughtBy: 'everythingIsToldOnce',
    },
  ])('catch the mutant $mutant', async ({ mutant, plot, caughtBy }) => {
    const everything = { faults: plot.faults, mostViolations: Number.POSITIVE_INFINITY }
    const { violations } = await explore(sceneOf(plot, mutants[mutant]), everything)
    expect(violations.flatMap(({ problems }) => problems).join('\n')).toContain(caughtBy)
  })
})
