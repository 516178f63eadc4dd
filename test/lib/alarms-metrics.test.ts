import type { Template } from 'aws-cdk-lib/assertions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { consoleLog } from '../../lambdas/adapters/logging/console-log.ts'
import { routes } from '../../lambdas/http/routes.ts'
import { sweeperFunction } from '../../lambdas/sweeper/sweeper.ts'
import { answered, startWorld, type World } from '../support/world.ts'
import { alarmsOf, dashboardMetrics, identityOf } from './alarms.ts'
import { type Json, resourcesOf, templateOf } from './synthesized.ts'

/** The stage of the world, so that both sides speak of the same dimension. */
const STAGE = 'test'
const NAMESPACE = 'Punctual'

/** What CloudWatch knows as units (its API reference, MetricDatum), as far as it is used here. */
const UNITS = ['Count', 'Milliseconds', 'Seconds']

let world: World
/** Lines of executor and sweeper with metrics in them, as they stand in the log. */
let lines: readonly Json[]
/** When each was written, epoch ms. */
const times: number[] = []
let template: Template

beforeAll(async () => {
  template = await templateOf({ stage: STAGE })
  world = await startWorld('2026-11-21T12:00:30Z')
  await world.create({ maxRetries: 0 })
  for (const status of [200, 500]) {
    world.target.answer = async () => answered(status)
    await world.moveTo(world.clock.now() + 5 * 60_000)
    await world.executeOrders()
    times.push(world.clock.now())
  }
  await sweeperFunction(world.deps)()
  times.push(world.clock.now())
  const written: string[] = []
  const log = consoleLog((line) => written.push(line))
  for (const { message, fields } of world.logged) log.info(message, fields as Readonly<Record<string, unknown>>)
  lines = written.map((line) => JSON.parse(line)).filter(({ _aws }) => _aws)
})
afterAll(() => world.stop())

/** The metrics that CloudWatch makes of a line (CloudWatch User Guide, "Specification: Embedded metric format"). */
function metricsIn(line: Json) {
  return line._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }: Json) =>
    Dimensions.flatMap((keys: string[]) =>
      Metrics.map(({ Name }: Json) => ({
        namespace: Namespace,
        name: Name,
        dimensions: Object.fromEntries(keys.map((key) => [key, line[key]])),
      })),
    ),
  )
}

const written = () => new Set<string>(lines.flatMap(metricsIn).map(identityOf))
const isOwn = ({ namespace }: { namespace: string }) => namespace === NAMESPACE
const alarmed = () =>
  alarmsOf(template, STAGE)
    .flatMap(({ metrics }) => metrics)
    .filter(isOwn)
    .map(identityOf)
const shown = () => dashboardMetrics(template).filter(isOwn).map(identityOf)

/** The alarm that rings when a function does nothing but fail, by its handler; for those of the API it is what they answer. */
const RINGING: Readonly<Record<string, string>> = {
  executor: 'Executor errors',
  'dead-letters': 'Dead letters waiting',
  sweeper: 'Sweeper silent',
  worker: 'Oldest task',
  'run-counter': 'Runs uncounted',
  ...Object.fromEntries(routes.map(({ resource }) => [resource, 'API errors'])),
}

describe('the alarms', () => {
  it('leave out no function', () => {
    const handlers = Object.values(resourcesOf(template, 'AWS::Lambda::Function')).map(({ Properties }) =>
      Properties.Handler.replace('.handler', ''),
    )
    expect(handlers.toSorted()).toEqual(Object.keys(RINGING).toSorted())
    const titles = alarmsOf(template, STAGE).map(({ title }) => title)
    expect(titles).toEqual(expect.arrayContaining([...new Set(Object.values(RINGING))]))
  })

  it('are about functions that there are', () => {
    const watched = alarmsOf(template, STAGE)
      .flatMap(({ metrics }) => metrics)
      .filter(({ namespace }) => namespace === 'AWS/Lambda')
      .map(({ dimensions }) => dimensions.FunctionName)
    expect(watched.length).toBeGreaterThan(5)
    const ids = Object.keys(resourcesOf(template, 'AWS::Lambda::Function')).map((id) => `<${id}>`)
    expect(watched.filter((name) => !ids.includes(name ?? ''))).toEqual([])
  })
})

describe('the metrics of Punctual', () => {
  it('are written by every run and every sweep', () => {
    expect(lines.map(({ message }) => message)).toEqual(['run', 'run', 'sweep'])
  })

  it('are well-formed: values are numbers of a known unit, dimensions are texts, the time is that of the run or sweep', () => {
    expect(lines.map(({ _aws }) => _aws.Timestamp)).toEqual(times)
    for (const line of lines) {
      for (const { Dimensions, Metrics } of line._aws.CloudWatchMetrics) {
        for (const key of Dimensions.flat()) expect(line[key], key).toEqual(expect.any(String))
        for (const { Name, Unit } of Metrics) {
          expect(line[Name], Name).toEqual(expect.any(Number))
          expect(UNITS).toContain(Unit)
        }
      }
    }
  })

  it('are written, each one that an alarm or the dashboard watches', () => {
    expect([...alarmed(), ...shown()].filter((metric) => !written().has(metric))).toEqual([])
  })

  it('are watched by an alarm or the dashboard, each one that is written and paid for', () => {
    const watched = [...alarmed(), ...shown()]
    expect(written().size).toBeGreaterThan(5)
    expect([...written()].filter((metric) => !watched.includes(metric))).toEqual([])
  })
})
