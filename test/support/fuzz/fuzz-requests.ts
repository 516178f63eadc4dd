import fc from 'fast-check'
import * as z from 'zod'
import { type Contract, nothing } from '../../../lambdas/http/contract.ts'
import { contracts } from '../../../lambdas/http/contracts/index.ts'
import { exampleRequests } from '../../../lambdas/http/examples/index.ts'
import type { Route } from '../../../lambdas/http/routes.ts'
import { breakage, broken, NASTY } from './broken-json.ts'
import { arbitraryOf, type JsonSchema } from './json-schema-arbitrary.ts'

/** Who sends a request: somebody, another with nothing to do with the ids, a reading API key, or nobody good. */
export type Sender = 'owner' | 'other' | 'key' | 'none' | 'forged'

export type FuzzRequest = {
  readonly route: Route
  readonly sender: Sender
  readonly params: Readonly<Record<string, string>>
  readonly query: readonly (readonly [string, string])[]
  readonly headers: Readonly<Record<string, string>>
  /** Sent as it is; undefined for none. */
  readonly body: Buffer | undefined
}

const contractOf = new Map<string, Contract>(Object.values(contracts).flatMap((resource) => Object.entries(resource)))

function schemaArbitrary(schema: z.ZodType): fc.Arbitrary<unknown> {
  if (schema === nothing) return fc.constant({})
  const written: JsonSchema = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const resolve = ({ $ref }: JsonSchema): JsonSchema => written.$defs?.[String($ref).split('/').at(-1) ?? ''] ?? {}
  return arbitraryOf(written, resolve)
}

const nastyText = fc
  .constantFrom(...NASTY.filter((value) => typeof value === 'string' && value.length < 5000))
  .map(String)

const asTexts = (values: unknown): Record<string, string> =>
  Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [name, String(value)]))

/** The example's values for the most part: random ids are unknown to every operation. */
function textsArbitrary(schema: z.ZodType, example: Readonly<Record<string, string>> | undefined) {
  const generated = schemaArbitrary(schema).map(asTexts)
  const damaged = fc
    .tuple(
      generated,
      fc.dictionary(fc.constantFrom('limit', 'cursor', 'status', 'dryRun', 'x', ''), nastyText, {
        noNullPrototype: true,
      }),
    )
    .map(([values, nasty]) => ({ ...values, ...nasty }))
  const oneNasty = fc
    .tuple(fc.constantFrom(...Object.keys(example ?? {}), 'cursor'), nastyText)
    .map(([name, value]) => ({ ...example, [name]: value }))
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(example ?? {}) },
    { weight: 2, arbitrary: generated },
    { weight: 1, arbitrary: damaged },
    { weight: 1, arbitrary: oneNasty },
  )
}

const JSON_BOMB = Buffer.from('['.repeat(100_000))
const RAW_BODIES: readonly Buffer[] = [
  Buffer.alloc(0),
  Buffer.from('{"name":'),
  Buffer.from('null'),
  Buffer.from('"text"'),
  Buffer.from('{"a":1,"a":2}'),
  Buffer.from('{"__proto__":{"x":1}}'),
  Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d]),
  Buffer.from([0xff, 0xfe, 0x00, 0x80]),
  Buffer.from('a=b&c=d'),
  JSON_BOMB,
  Buffer.alloc(300 * 1024, 0x20),
]

function bodyArbitrary(schema: z.ZodType, example: unknown): fc.Arbitrary<Buffer | undefined> {
  const json = (value: unknown) => Buffer.from(JSON.stringify(value) ?? '')
  const base = example === undefined ? {} : example
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(json(base)) },
    { weight: 5, arbitrary: breakage.map((steps) => json(broken(base, steps))) },
    { weight: 4, arbitrary: schemaArbitrary(schema).map(json) },
    { weight: 1, arbitrary: fc.constantFrom(...RAW_BODIES) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  )
}

const headersArbitrary = fc.record(
  {
    'content-type': fc.oneof(
      { weight: 12, arbitrary: fc.constant('application/json') },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          'text/plain',
          'application/json; charset=utf-16',
          'application/merge-patch+json',
          'x',
          '',
        ),
      },
    ),
    'if-match': fc.constantFrom('"1"', '*', 'W/"1"', '1', '"999"', '"x" , "y"'),
    'idempotency-key': fc.oneof(fc.uuid(), fc.constantFrom('', 'x'.repeat(300), 'a b', '"q"')),
    'accept-encoding': fc.constantFrom('br', 'gzip', '*;q=0', 'x'.repeat(1000)),
    'x-forwarded-proto': fc.constantFrom('http', 'javascript', 'https,http'),
  },
  { requiredKeys: ['content-type'], noNullPrototype: true },
)

/** Requests of one route: as they should be, as its schemas allow, and broken in every way we could think of. */
export function fuzzRequests(route: Route, count: number, seed: number): readonly FuzzRequest[] {
  const contract = contractOf.get(route.operation)
  if (!contract) throw new Error(`${route.operation} has no contract`)
  const example = exampleRequests[route.operation]
  const request = fc.record({
    route: fc.constant(route),
    sender: fc.oneof(
      { weight: 12, arbitrary: fc.constant<Sender>('owner') },
      { weight: 4, arbitrary: fc.constantFrom<Sender>('other', 'key', 'none', 'forged') },
    ),
    params: textsArbitrary(contract.params, example?.params),
    query: textsArbitrary(contract.query, example?.query).map((values) => Object.entries(values)),
    headers: fc.oneof({ weight: 2, arbitrary: fc.constant({ 'content-type': 'application/json' }) }, headersArbitrary),
    body: route.method === 'GET' ? fc.constant(undefined) : bodyArbitrary(contract.body, example?.body),
  })
  return fc.sample(request, { numRuns: count, seed })
}
