import { afterEach, describe, expect, it } from 'vitest'
import { isFinal } from '../../lambdas/domain/run/run.ts'
import { parseRunId } from '../../lambdas/domain/run/run-id.ts'
import { realGround } from './real-ground.ts'
import { Simulation } from './simulation.ts'

const DAY_MS = 86_400_000

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())

/** When a job was run, as the records of real engines have it: in UTC, and on the clocks of Paris. */
async function runsOf(cronExpression: string, from: string, days: number): Promise<readonly string[]> {
  const ground = await realGround(Date.parse(from))
  stop = ground.stop
  const simulation = new Simulation(ground)
  await simulation.create({ cronExpression, timezone: 'Europe/Paris' })
  for (let day = 0; day < days; day++) {
    await simulation.advance(DAY_MS)
    const mended = await simulation.sweep()
    // What a clock change skips is nothing that a sweep would miss.
    expect(mended).toMatchObject({ synced: 0, restarted: 0, missed: 0, failures: 0 })
  }
  const { runs, evidence } = await simulation.mend()
  expect([...runs.values()].every(({ status }) => isFinal(status))).toBe(true)
  expect(evidence.calls.map(({ runId }) => runId).sort()).toEqual([...runs.keys()].sort())
  return [...runs.keys()].sort().map((runId) => {
    const plannedAt = parseRunId(runId)?.plannedAt ?? 0
    return `${new Date(plannedAt).toISOString().slice(0, 16)} ${inParis.format(plannedAt)}`
  })
}

const inParis = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Paris', timeStyle: 'short' })

describe('a daily job in Europe/Paris', () => {
  // On 28 March 2027 the clocks go from 02:00 to 03:00.
  it.each([
    { at: '02:00', cron: '0 2 * * *', runs: ['2027-03-27T01:00 02:00', '2027-03-29T00:00 02:00'] },
    { at: '02:30', cron: '30 2 * * *', runs: ['2027-03-27T01:30 02:30', '2027-03-29T00:30 02:30'] },
    {
      at: '03:00',
      cron: '0 3 * * *',
      runs: ['2027-03-27T02:00 03:00', '2027-03-28T01:00 03:00', '2027-03-29T01:00 03:00'],
    },
  ])('at $at is skipped on the night without that time', async ({ cron, runs }) => {
    expect(await runsOf(cron, '2027-03-26T12:00:00Z', 3)).toEqual(runs)
  })

  // On 31 October 2027 the clocks go from 03:00 back to 02:00.
  it.each([
    {
      at: '02:00',
      cron: '0 2 * * *',
      runs: ['2027-10-30T00:00 02:00', '2027-10-31T00:00 02:00', '2027-11-01T01:00 02:00'],
    },
    {
      at: '02:30',
      cron: '30 2 * * *',
      runs: ['2027-10-30T00:30 02:30', '2027-10-31T00:30 02:30', '2027-11-01T01:30 02:30'],
    },
  ])('at $at runs once, the first time, on the night that has that time twice', async ({ cron, runs }) => {
    expect(await runsOf(cron, '2027-10-29T12:00:00Z', 3)).toEqual(runs)
  })
})
