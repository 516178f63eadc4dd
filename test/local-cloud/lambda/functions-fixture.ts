import { onTestFinished } from 'vitest'
import { type Clock, systemClock } from '../../../local/clock.ts'
import { DurableStore } from '../../../local/durable-store.ts'
import { LambdaService } from '../../../local/lambda/lambda-service.ts'
import { readCloudAssembly } from '../../../local/template/cloud-assembly.ts'
import { readCloudTemplate } from '../../../local/template/cloud-template.ts'
import { WireServer } from '../../../local/wire-server.ts'
import {
  functionResource,
  place,
  type Resources,
  roleResource,
  writeCloudAssembly,
} from '../template/cloud-assembly-fixture.ts'

export type LambdaFixture = {
  readonly lambda: LambdaService
  /** What the functions wrote: `<logical id>: <line>`. */
  readonly lines: string[]
  /** Records that went to destinations, with the ARN in front. */
  readonly delivered: { readonly arn: string; readonly record: unknown }[]
  readonly log: string[]
}

export type LambdaFixtureOptions = {
  /** Code by file name; each file is a function of that name. */
  readonly code: Readonly<Record<string, string>>
  /** Properties of single functions, by file name without ending. */
  readonly properties?: Readonly<Record<string, object>>
  /** Invocations that an environment of every function takes at once. */
  readonly invocationsAtOnce?: number
  readonly resources?: Resources
  readonly store?: DurableStore
  readonly clock?: Clock
  readonly overrides?: Readonly<Record<string, string>>
}

/** Lambda with functions of a test's own, stopped when the test ends. */
export function startLambda(options: LambdaFixtureOptions): LambdaFixture {
  const { code, properties = {}, invocationsAtOnce = 1, resources = {}, clock = systemClock, overrides = {} } = options
  const names = Object.keys(code).map((file) => file.replace(/\.\w+$/, ''))
  const functions = Object.fromEntries(
    names.map((name) => {
      const resource = functionResource(name, { FunctionName: name, ...properties[name] })
      return [name, { ...resource, Metadata: { InvocationsAtOnce: invocationsAtOnce } }]
    }),
  )
  const folder = writeCloudAssembly({ Resources: { Role: roleResource, ...functions, ...resources } }, code)
  const template = readCloudTemplate(readCloudAssembly(folder), place)
  const [lines, delivered, log]: [string[], LambdaFixture['delivered'], string[]] = [[], [], []]
  const lambda = new LambdaService({
    functions: template.functions,
    surroundings: { region: place.region, endpoints: new Map([['DYNAMODB', 'http://127.0.0.1:1']]), overrides },
    store: options.store ?? new DurableStore(':memory:'),
    clock,
    onLine: ({ logicalId }, line) => lines.push(`${logicalId}: ${line}`),
    deliver: async (arn, record) => {
      delivered.push({ arn, record: JSON.parse(record) })
    },
    log: (message) => log.push(message),
  })
  onTestFinished(() => lambda.close())
  return { lambda, lines, delivered, log }
}

/** Serves Lambda over HTTP; returns the URL. */
export async function serveLambda(lambda: LambdaService): Promise<string> {
  const server = new WireServer({ log: () => {} })
  const url = await server.listen()
  server.serve(lambda)
  onTestFinished(() => server.close())
  return url
}
