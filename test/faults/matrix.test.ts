import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routes } from '../../lambdas/http/routes.ts'
import { type SentRequest, type WireFault, wireFaults } from '../support/fault-wire.ts'
import { type AllowedActions, readAllowedActions } from './allowed-actions.ts'
import { type RealGround, realGround } from './real-ground.ts'
import { type Scenario, scenarios, unplayed } from './scenarios/index.ts'
import { Simulation, whatIsWrong } from './simulation.ts'

const START = Date.parse('2026-11-21T12:00:20Z')

/** The first job of a host has a place of its own, the others share one. */
const CALLS_OF_A_HOST = 2

/** Enough for what a scenario does to end before the next begins, ms. */
const HOUR_MS = 3_600_000

const kinds = Object.keys(wireFaults).filter((kind): kind is WireFault => Object.hasOwn(wireFaults, kind))

let ground: RealGround
let allowed: AllowedActions
beforeAll(async () => {
  ground = await realGround(START, CALLS_OF_A_HOST)
  allowed = await readAllowedActions(ground.table.name)
})
afterAll(() => ground.stop())

type Fault = { readonly request: number; readonly kind: WireFault }

/** Plays a scenario with a fault in it, or none. @returns its requests to AWS, and what is wrong afterwards. */
async function play(scenario: Scenario, fault?: Fault) {
  const simulation = new Simulation(ground, {
    isHeld: true,
    ...(scenario.answer ? { answer: scenario.answer } : {}),
  })
  const subject = await scenario.prepare(simulation, ground)
  if (fault) simulation.evidence.disturb()
  ground.wire.arm(fault)
  const outcome = await scenario.act(simulation, subject, ground)
  const requests = [...ground.wire.requests]
  ground.wire.revive()
  const judge = scenario.judge ?? (() => whatIsWrong(simulation))
  const problems = await judge({ simulation, ground, subject, outcome, isHarmed: fault !== undefined })
  await ground.clear()
  await simulation.advance(HOUR_MS)
  return { requests, problems }
}

/** Of a request that is repeated in a loop, the first, the second and the last are enough. */
const isAmidLoop = (requests: readonly SentRequest[], at: number) =>
  [at - 2, at - 1, at + 1].every((other) => requests[other]?.name === requests[at]?.name)

/** What only reads changes nothing: repeated it is the same, and whether it arrived makes no difference. */
const READS = /\.(Get|BatchGet|Query|List|AdminGet|Describe)\w*Command$/
const faultsOf = ({ name }: SentRequest): readonly WireFault[] =>
  READS.test(name) ? kinds.filter((kind) => kind !== 'repeated after' && kind !== 'timed out after') : kinds

/** Plays a scenario once for every request that it makes, as recorded, and every fault that may befall it. */
async function playEvery(scenario: Scenario) {
  const { requests, problems } = await play(scenario)
  const found = problems.map((problem) => `without a fault: ${problem}`)
  for (const [request, sent] of requests.entries()) {
    if (isAmidLoop(requests, request)) continue
    for (const kind of faultsOf(sent)) {
      const faulty = await play(scenario, { request, kind })
      found.push(...faulty.problems.map((problem) => `${sent.name} (${request}) ${kind}: ${problem}`))
    }
  }
  return { requests, problems: found }
}

/** All requests that went wrong in every way, by the function that made them. */
const played = new Map<string, SentRequest[]>()

describe.each(Object.entries(scenarios))('any fault of any request to AWS, %s', (entry, list) => {
  it.each(list)('leaves what one sweep mends: $name', { timeout: 600_000 }, async (scenario) => {
    const { requests, problems } = await playEvery(scenario)
    played.set(entry, [...(played.get(entry) ?? []), ...requests])
    expect(problems).toEqual([])
    expect(requests).not.toEqual([])
    console.log(`${scenario.name}: ${requests.length} requests`)
  })
})

describe('the requests that go wrong above', () => {
  it('are all that the functions may make by their policies', () => {
    expect(allowed.without([...played])).toEqual([])
  })

  it('are made by functions whose policies allow them', () => {
    expect(allowed.beyond([...played])).toEqual([])
  })

  it('are of every operation of the API', () => {
    const operations = new Set(Object.values(scenarios).flatMap((list) => list.map(({ operation }) => operation)))
    const missing = routes.filter(({ operation }) => !operations.has(operation) && !Object.hasOwn(unplayed, operation))
    expect(missing.map(({ operation }) => operation)).toEqual([])
    const excused = routes.filter(({ operation }) => !operations.has(operation) && Object.hasOwn(unplayed, operation))
    expect(excused.map(({ operation }) => operation).toSorted()).toEqual(Object.keys(unplayed).toSorted())
  })
})
