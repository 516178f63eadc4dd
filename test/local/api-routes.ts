import { ApiClient } from '../support/api-client.ts'

export type ApiRoute = {
  readonly method: string
  /** With `{parameters}`. */
  readonly path: string
  readonly resource: string
  readonly access: 'user' | 'public'
  /** What an API key needs to call it; undefined where no key will do. */
  readonly scope: string | undefined
  /** Names of what it takes in each place; of the body, fields at any depth. */
  readonly takes: {
    readonly path: readonly string[]
    readonly query: readonly string[]
    readonly body: readonly string[]
  }
}

type Schema = { readonly [keyword: string]: unknown }
type Operation = {
  readonly security: readonly { readonly apiKey?: readonly string[] }[]
  readonly tags: readonly string[]
  readonly parameters?: readonly { readonly name?: string; readonly in?: string }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

/** Every route of a running API, as its own description lists them. */
export async function apiRoutes(url: string): Promise<readonly ApiRoute[]> {
  const { paths, components } = await new ApiClient(url).must('GET', '/api/openapi.json')
  return Object.entries<Record<string, Operation>>(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { security, tags, parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      resource: tags[0] ?? '',
      access: security.length > 0 ? ('user' as const) : ('public' as const),
      scope: security.flatMap(({ apiKey = [] }) => apiKey)[0],
      takes: {
        path: namesIn(parameters, 'path'),
        query: namesIn(parameters, 'query'),
        body: Object.values(requestBody?.content ?? {}).flatMap(({ schema }) => fieldsIn(schema, components.schemas)),
      },
    })),
  )
}

const namesIn = (parameters: NonNullable<Operation['parameters']>, place: string): readonly string[] =>
  parameters.flatMap((parameter) => (parameter.in === place && parameter.name !== undefined ? [parameter.name] : []))

/** Names of all fields that a schema has anywhere. */
function fieldsIn(schema: unknown, named: Readonly<Record<string, Schema>>, seen = new Set<unknown>()): string[] {
  if (typeof schema !== 'object' || schema === null || seen.has(schema)) return []
  seen.add(schema)
  if (Array.isArray(schema)) return schema.flatMap((each) => fieldsIn(each, named, seen))
  return Object.entries(schema).flatMap(([keyword, value]) => {
    if (keyword === '$ref') return fieldsIn(named[String(value).split('/').at(-1) ?? ''], named, seen)
    const own = keyword === 'properties' ? Object.keys(value) : []
    return [...own, ...fieldsIn(value, named, seen)]
  })
}
