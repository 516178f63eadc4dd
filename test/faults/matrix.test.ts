import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type WireFault, wireFaults } from '../support/fault-wire.ts'
import { type RealGround, realGround } from './real-ground.ts'
import { type Scenario, scenarios } from './scenarios.ts'
import { Simulation, whatIsWrong } from './simulation.ts'

const START = Date.parse('2026-11-21T12:00:20Z')

/** Enough for what a scenario does to end before the next begins, ms. */
const HOUR_MS = 3_600_000

const kinds = Object.keys(wireFaults).filter((kind): kind is WireFault => Object.hasOwn(wireFaults, kind))

let ground: RealGround
beforeAll(async () => {
  ground = await realGround(START)
})
afterAll(() => ground.stop())

type Fault = { readonly request: number; readonly kind: WireFault }

/** Plays a scenario with a fault in it, or none. @returns its requests to AWS, and what is wrong after one sweep. */
async function play(scenario: Scenario, fault?: Fault) {
  const simulation = new Simulation(ground, {
    isHeld: true,
    ...(scenario.answer ? { answer: scenario.answer } : {}),
  })
  const jobId = await scenario.prepare(simulation)
  if (fault) simulation.evidence.disturb()
  ground.wire.arm(fault)
  await scenario.act(simulation, jobId)
  const requests = [...ground.wire.requests]
  ground.wire.revive()
  const problems = await whatIsWrong(simulation)
  await ground.clear()
  await simulation.advance(HOUR_MS)
  return { requests, problems }
}

/** Plays a scenario once for every request that it makes, as recorded, and every fault that may befall it. */
async function playEvery(scenario: Scenario) {
  const { requests, problems } = await play(scenario)
  const found = problems.map((problem) => `without a fault: ${problem}`)
  for (const [request, name] of requests.entries()) {
    for (const kind of kinds) {
      const faulty = await play(scenario, { request, kind })
      found.push(...faulty.problems.map((problem) => `${name} (${request}) ${kind}: ${problem}`))
    }
  }
  return { requests, problems: found }
}

describe.each(Object.entries(scenarios))('any fault of any request to AWS, %s', (_, list) => {
  it.each(list)('leaves what one sweep mends: $name', { timeout: 600_000 }, async (scenario) => {
    const { requests, problems } = await playEvery(scenario)
    expect(problems).toEqual([])
    expect(requests).not.toEqual([])
    console.log(`${scenario.name}: ${requests.length} × ${kinds.length}: ${requests.join(' ')}`)
  })
})
