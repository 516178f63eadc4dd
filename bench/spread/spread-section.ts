import type { Findings, Section } from '../report/section.ts'
import { type Quotas, simulateSpike } from './simulate-spike.ts'

/** A new account's in us-east-1, and what one asks for; sources and dates: docs/scale.md. */
const quotas: Readonly<Record<string, Quotas>> = {
  default: { invocations: 1_000, concurrency: 1_000, concurrencyPerTenSeconds: 1_000 },
  raised: { invocations: 10_000, concurrency: 10_000, concurrencyPerTenSeconds: 1_000 },
}

const JOBS = 1_000_000
/** A target that answers in 300 ms, and 20 ms of our own. */
const RUN_SECONDS = 0.32

/** How flexible windows spread a million jobs that are all due at midnight: computed, not measured. */
export const spreadSection: Section = {
  name: 'spread',
  title: 'A midnight spike, simulated',
  async measure(): Promise<Findings> {
    const rows = Object.entries(quotas).flatMap(([name, limits]) =>
      [0, 5, 15, 30, 60].map((flexMinutes) => {
        const outcome = simulateSpike({ jobs: JOBS, flexMinutes, runSeconds: RUN_SECONDS }, limits)
        return {
          quotas: name,
          flexMinutes: flexMinutes,
          'starts a second': outcome.peakStarts,
          executions: outcome.peakConcurrency,
          'write units a second': outcome.peakStarts * 3,
          'late p50 s': outcome.lateP50,
          'late p99 s': outcome.lateP99,
          'last start, min': outcome.lastStartMinutes,
        }
      }),
    )
    const notes = [
      `${JOBS.toLocaleString('en')} jobs due at 00:00, ${RUN_SECONDS} s each. Late: behind the instant that the window gave each.`,
      'Default quotas: 1,000 invocations a second, 1,000 executions; raised: ten times as many. Lambda adds 1,000 executions in 10 s.',
    ]
    return { tables: [{ title: 'A million jobs at midnight', rows, notes }], targets: [] }
  },
}
