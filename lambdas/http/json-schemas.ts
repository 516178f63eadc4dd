import * as z from 'zod'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** Where OpenAPI keeps the schemas that have a name (an `id` in their zod meta). */
const COMPONENTS = '#/components/schemas/'
const DEFINITIONS = '#/$defs/'

/** `input`: what a client may send; `output`: what it gets, with every default filled in. */
export type Direction = 'input' | 'output'

const toJson = z.json()

/** Takes out what zod writes and no reader needs: the range of safe integers, and a regex for each date and time. */
function readable({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
  if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern
}

/** The same schema may look different in each direction, and then needs two names. */
const nameOf = (id: string, direction: Direction): string => (direction === 'input' ? `${id}Input` : id)

function relocate(schema: Json, direction: Direction): Json {
  if (Array.isArray(schema)) return schema.map((element) => relocate(element, direction))
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) =>
      key === '$ref' && typeof value === 'string' && value.startsWith(DEFINITIONS)
        ? [key, `${COMPONENTS}${nameOf(value.slice(DEFINITIONS.length), direction)}`]
        : [key, relocate(value, direction)],
    ),
  )
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Turns zod schemas into the JSON Schemas (draft 2020-12) of one OpenAPI document, and collects the named ones. */
export class JsonSchemas {
  readonly #named = new Map<string, Json>()

  /** The schema of one direction; what has a name is only referred to. */
  of(schema: z.ZodType, direction: Direction): JsonObject {
    const written = z.toJSONSchema(schema, { io: direction, unrepresentable: 'any', override: readable })
    const { $schema, $defs, ...own } = toObject(toJson.parse(JSON.parse(JSON.stringify(written))))
    for (const [id, definition] of Object.entries(isObject($defs) ? $defs : {})) {
      this.#named.set(nameOf(id, direction), relocate(definition, direction))
    }
    return toObject(relocate(own, direction))
  }

  /** Every named schema met so far, in order of name. */
  named(): JsonObject {
    return Object.fromEntries([...this.#named].sort(([a], [b]) => (a < b ? -1 : 1)))
  }
}

/** A value as the JSON object that it is written as. @throws Error when it is none */
export const toJsonObject = (value: unknown): JsonObject => toObject(toJson.parse(value))

function toObject(value: Json | undefined): JsonObject {
  if (!isObject(value)) throw new Error(`A JSON Schema must be an object, not ${JSON.stringify(value)}`)
  return value
}

export type Field = { readonly name: string; readonly required: boolean; readonly schema: JsonObject }

/** The fields of an object's schema, with whether each must be given. */
export function fieldsOf(schema: JsonObject): readonly Field[] {
  const required = Array.isArray(schema.required) ? schema.required : []
  return Object.entries(isObject(schema.properties) ? schema.properties : {}).map(([name, field]) => ({
    name,
    required: required.includes(name),
    schema: toObject(field),
  }))
}
