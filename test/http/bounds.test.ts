import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Contract } from '../../lambdas/http/contract.ts'
import { contracts } from '../../lambdas/http/contracts/index.ts'

const operations = Object.values(contracts).flatMap((resource) => Object.entries<Contract>(resource))

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema of any form
type Schema = any

/** Text of these forms cannot be long. */
const isShortByItself = ({ enum: values, const: only, format }: Schema) =>
  values !== undefined || only !== undefined || format === 'date-time'

/** What is wrong with one schema by itself. */
function unboundedIn(schema: Schema): readonly string[] {
  const types: readonly unknown[] = [schema.type].flat()
  // Without the word, what is unknown is dropped.
  const isOpen = (schema.additionalProperties ?? false) !== false
  return [
    ...(types.includes('string') && schema.maxLength === undefined && !isShortByItself(schema) ? ['maxLength'] : []),
    ...(types.includes('array') && schema.maxItems === undefined ? ['maxItems'] : []),
    ...(isOpen && schema.maxProperties === undefined ? ['maxProperties'] : []),
    ...(isOpen && schema.propertyNames === undefined ? ['propertyNames'] : []),
  ]
}

/** Every place below a schema where a text, a list or a dictionary has no end. */
function findUnbounded(schema: Schema, at: string): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const own = unboundedIn(schema).map((bound) => `${at}: no ${bound}`)
  const named = (group: string) =>
    Object.entries(schema[group] ?? {}).flatMap(([name, inner]) => findUnbounded(inner, `${at}/${name}`))
  const listed = (group: string) => (schema[group] ?? []).flatMap((inner: Schema) => findUnbounded(inner, at))
  return [
    ...own,
    ...['properties', '$defs'].flatMap(named),
    ...['anyOf', 'oneOf', 'allOf'].flatMap(listed),
    ...['items', 'additionalProperties', 'propertyNames'].flatMap((inner) =>
      findUnbounded(schema[inner], `${at}/${inner}`),
    ),
  ]
}

const jsonSchema = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })

describe('what a request may have', () => {
  it.each(operations)('%s: has an end to every text, list and dictionary', (_operation, contract) => {
    const unbounded = (['params', 'query', 'body'] as const).flatMap((part) =>
      findUnbounded(jsonSchema(contract[part]), part),
    )
    expect(unbounded).toEqual([])
  })

  it.each([
    ['a text', z.string(), ['x: no maxLength']],
    ['a list of texts', z.array(z.string()).max(3), ['x/items: no maxLength']],
    ['a dictionary', z.record(z.string().max(3), z.number()), ['x: no maxProperties']],
    ['an open object', z.looseObject({}), ['x: no maxProperties', 'x: no propertyNames']],
    ['a text or nothing', z.string().nullable(), ['x: no maxLength']],
    ['a closed object', z.strictObject({ a: z.enum(['b']), c: z.string().max(1) }), []],
  ])('would be found in %s', (_what, schema, expected) => {
    expect(findUnbounded(jsonSchema(schema), 'x')).toEqual(expected)
  })
})
