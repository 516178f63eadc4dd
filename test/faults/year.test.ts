import { describe, expect, it } from 'vitest'
import { type StrikeKind, strikeKinds, strikes } from '../support/fault-process.ts'
import { memoryGround } from './ground.ts'
import { violations } from './invariants.ts'
import { Simulation } from './simulation.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const START = Date.parse('2027-01-01T00:30:00Z')
const HOURS = 365 * 24

/** `YEAR=full` has most jobs run daily and a hundred every hour, and takes minutes. */
const { YEAR, YEAR_SEED } = process.env
const seed = YEAR_SEED === undefined ? Date.now() % 2 ** 31 : Number(YEAR_SEED)
const { hourly, daily } = YEAR === 'full' ? { hourly: 100, daily: 600 } : { hourly: 1, daily: 60 }

const JOBS = 1000
const FAULT_SHARE = 0.05

/** After this long without anything going wrong there is nothing to mend, ms. */
const CALM_MS = 16 * MINUTE_MS

/** Jobs but the hourly ones run at these hours, UTC. */
const BUSY_HOURS = [2, 14]

/** Mulberry32: small, and the same everywhere. */
function randomFrom(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function timingOf(job: number): string {
  if (job < hourly) return '0 * * * *'
  const hour = BUSY_HOURS[job % BUSY_HOURS.length]
  return job < hourly + daily ? `0 ${hour} * * *` : `0 ${hour} * * ${job % 7}`
}

class Year {
  readonly #random = randomFrom(seed)
  readonly #ground = memoryGround(START)
  readonly simulation = new Simulation(this.#ground)
  faults = 0
  sweeps = 0

  /** One process in twenty is struck at one of its first calls. */
  #strikes(calls: number) {
    if (this.#random() >= FAULT_SHARE) return strikes(undefined)
    this.faults++
    const kind: StrikeKind = strikeKinds[Math.floor(this.#random() * strikeKinds.length)] ?? 'refused'
    return strikes({ call: Math.floor(this.#random() * calls), kind })
  }

  async live(): Promise<void> {
    const { simulation } = this
    for (let job = 0; job < JOBS; job++) {
      await simulation.create(
        { cronExpression: timingOf(job), delivery: job % 2 === 0 ? 'AT_LEAST_ONCE' : 'AT_MOST_ONCE' },
        this.#strikes(4),
      )
    }
    simulation.decideNext = () => this.#strikes(4)
    for (let hour = 0; hour < HOURS; hour++) await this.#liveAnHour(hour)
  }

  /** The sweeper comes every five minutes; where nothing has gone wrong for long, once a day stands for all of them. */
  async #liveAnHour(hour: number): Promise<void> {
    const { simulation } = this
    const end = START + (hour + 1) * HOUR_MS
    while (simulation.now < end) {
      await simulation.landStragglers()
      const calm = simulation.now - (simulation.evidence.disturbances.at(-1) ?? START) > CALM_MS
      if (!calm || (hour % 24 === 0 && simulation.now === end - HOUR_MS)) {
        this.sweeps++
        await simulation.sweep(this.#strikes(30))
      }
      await simulation.advance(Math.min(end - simulation.now, 5 * MINUTE_MS))
    }
    if (hour % 24 === 0) this.#ground.expire()
  }
}

describe(`a year of ${JOBS} jobs, with a fault in every twentieth process`, () => {
  it(`accounts for every occurrence once: seed ${seed}`, { timeout: 1_800_000 }, async () => {
    const year = new Year()
    await year.live()
    const aftermath = await year.simulation.mend()
    const { ends, calls, written } = aftermath.evidence
    // Records of the first months have expired by now.
    expect(violations({ ...aftermath, runs: written })).toEqual([])
    const statuses = Object.entries(Object.groupBy(ends, ({ status }) => status)).map(
      ([status, those]) => `${those?.length} ${status}`,
    )
    console.log(
      `${ends.length} occurrences: ${statuses.join(', ')}; ${calls.length} calls, ${year.faults} faults, ${year.sweeps} sweeps`,
    )
    expect(ends.length).toBeGreaterThan(75_000)
    expect(year.faults).toBeGreaterThan(ends.length / 25)
  })
})
