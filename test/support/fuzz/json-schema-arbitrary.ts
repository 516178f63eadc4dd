import fc from 'fast-check'

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema of any form
export type JsonSchema = any

/** Strings longer than this only make the requests big. */
const LONGEST = 300

/** Characters that take care: of more bytes, of no width, of control, of half a pair. */
const odd = fc.constantFrom(...'aZ09 _-{}"\\/é中💥\u0000\n\u202e\u200b\ufeff', '\ud800')

function textOf({ pattern, format, minLength = 0, maxLength = LONGEST }: JsonSchema): fc.Arbitrary<unknown> {
  switch (format) {
    case 'date-time':
      return fc
        .date({ min: new Date('2020-01-01'), max: new Date('2099-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString())
    case 'email':
      return fc.integer({ min: 0, max: 1e9 }).map((number) => `fuzz-${number}@example.com`)
    case 'uri':
      return fc.webPath().map((path) => `https://api.example.com${path}`)
  }
  // Classes of Unicode take seconds to enumerate; ours only keep control characters out.
  const isSimple = !String(pattern).includes('\\P{')
  if (pattern !== undefined && isSimple) {
    return fc.stringMatching(new RegExp(pattern, 'u')).map((text) => text.slice(0, maxLength))
  }
  const length = { minLength, maxLength: Math.min(maxLength, Math.max(minLength, LONGEST)) }
  const plain = fc.string(length)
  return isSimple ? fc.oneof(plain, fc.string({ ...length, unit: odd })) : plain
}

function objectOf(schema: JsonSchema, resolve: (schema: JsonSchema) => JsonSchema): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties = false, propertyNames } = schema
  const own = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, arbitraryOf(inner, resolve)])),
    { requiredKeys: required, noNullPrototype: true },
  )
  if (additionalProperties === false) return own
  const more = fc.dictionary(
    fc.string({ minLength: 1, maxLength: Math.min(propertyNames?.maxLength ?? 20, 20) }),
    arbitraryOf(additionalProperties, resolve),
    { maxKeys: 4, noNullPrototype: true },
  )
  return fc.tuple(more, own).map(([others, known]) => ({ ...others, ...known }))
}

/** Values that a JSON Schema (as zod writes them) accepts, or nearly: rules that are no part of the schema are not kept. */
export function arbitraryOf(
  schema: JsonSchema,
  resolve: (schema: JsonSchema) => JsonSchema = (same) => same,
): fc.Arbitrary<unknown> {
  const { $ref, enum: values, const: only, anyOf, oneOf, allOf, type } = schema
  if ($ref !== undefined) return arbitraryOf(resolve(schema), resolve)
  if (values !== undefined) return fc.constantFrom(...values)
  if (only !== undefined) return fc.constant(only)
  const choices: readonly JsonSchema[] | undefined = anyOf ?? oneOf ?? allOf
  if (choices) return fc.oneof(...choices.map((each) => arbitraryOf(each, resolve)))
  switch (Array.isArray(type) ? type[0] : type) {
    case 'string':
      return textOf(schema)
    case 'integer':
      return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1_000_000 })
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, resolve), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 5, Math.max(schema.minItems ?? 0, 5)),
      })
    case 'object':
      return objectOf(schema, resolve)
  }
  return fc.jsonValue({ maxDepth: 3 })
}
