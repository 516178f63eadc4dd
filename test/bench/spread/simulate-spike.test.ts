import { describe, expect, it } from 'vitest'
import { simulateSpike } from '../../../bench/spread/simulate-spike.ts'

const plenty = { invocations: 1e9, concurrency: 1e9, concurrencyPerTenSeconds: 1e10 }

describe('simulateSpike', () => {
  it('starts all at once where no quota stands in the way', () => {
    expect(simulateSpike({ jobs: 1000, flexMinutes: 0, runSeconds: 1 }, plenty)).toEqual({
      peakStarts: 1000,
      peakConcurrency: 1000,
      lateP50: 0,
      lateP99: 0,
      lastStartMinutes: 1 / 60,
    })
  })

  it('is as late as the queue is long: half of it for the run in the middle', () => {
    const outcome = simulateSpike({ jobs: 60_000, flexMinutes: 0, runSeconds: 1 }, { ...plenty, invocations: 1000 })
    expect(outcome).toEqual({ peakStarts: 1000, peakConcurrency: 1000, lateP50: 29, lateP99: 59, lastStartMinutes: 1 })
  })

  it('is not late at all in a window that the quotas can keep up with', () => {
    const outcome = simulateSpike({ jobs: 60_000, flexMinutes: 2, runSeconds: 1 }, { ...plenty, invocations: 1000 })
    expect(outcome).toMatchObject({ peakStarts: 500, peakConcurrency: 500, lateP99: 0, lastStartMinutes: 2 })
  })

  it.each([
    ['executions', { concurrency: 100 }, 100],
    ['the time that a run takes', { concurrency: 100, runSeconds: 0.5 }, 200],
  ])(
    'is held up by %s',
    (_what, { runSeconds = 1, ...quotas }: { concurrency: number; runSeconds?: number }, starts) => {
      const outcome = simulateSpike({ jobs: 6000, flexMinutes: 0, runSeconds }, { ...plenty, ...quotas })
      expect(outcome).toMatchObject({ peakStarts: starts, peakConcurrency: 100, lastStartMinutes: 6000 / starts / 60 })
    },
  )

  it('adds executions at the pace of Lambda: those of ten seconds at once, then a tenth each second', () => {
    const spike = { jobs: 14_500, flexMinutes: 0, runSeconds: 1 }
    const outcome = simulateSpike(spike, { ...plenty, concurrencyPerTenSeconds: 1000 })
    // 1,000 in the first second, 1,100 in the next, …: 14,500 in ten.
    expect(outcome).toMatchObject({ peakStarts: 1900, peakConcurrency: 1900, lastStartMinutes: 10 / 60 })
  })
})
