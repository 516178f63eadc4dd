import * as z from 'zod'

const Media = z.record(z.string(), z.object({ example: z.unknown().optional() }))

const Parameter = z.object({
  name: z.string(),
  in: z.enum(['path', 'query']),
  required: z.boolean(),
  description: z.string().optional(),
  example: z.union([z.string(), z.number()]).optional(),
})

const OperationObject = z.object({
  operationId: z.string(),
  tags: z.tuple([z.string()]),
  summary: z.string(),
  description: z.string().default(''),
  security: z.array(z.unknown()),
  parameters: z.array(z.union([Parameter, z.object({ $ref: z.string() })])).default([]),
  requestBody: z.object({ content: Media }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: Media.optional() })),
})

/** What the files are made of; the rest of the document is passed over. */
const Documented = z.object({
  info: z.object({ title: z.string(), version: z.string() }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), OperationObject)),
})

export type DocumentedParameter = z.output<typeof Parameter>

/** One call of the API with its example, as it is documented. */
export type DocumentedCall = {
  readonly operation: string
  readonly tag: string
  readonly method: string
  /** With `{parameters}`. */
  readonly path: string
  readonly summary: string
  readonly description: string
  readonly isPublic: boolean
  readonly parameters: readonly DocumentedParameter[]
  /** The example of the body; undefined when the call takes none. */
  readonly body: unknown
  /** The answers of success with their examples. */
  readonly answers: readonly { readonly status: number; readonly description: string; readonly example: unknown }[]
}

export type DocumentedApi = {
  readonly title: string
  readonly version: string
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly calls: readonly DocumentedCall[]
}

const JSON_TYPE = 'application/json'

/** Reads the OpenAPI document as a list of calls. @throws ZodError when it is not as `openApi` writes it */
export function readDocumentedCalls(document: unknown): DocumentedApi {
  const { info, tags, paths } = Documented.parse(document)
  const calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, operation]): DocumentedCall => ({
        operation: operation.operationId,
        tag: operation.tags[0],
        method: method.toUpperCase(),
        path,
        summary: operation.summary,
        description: operation.description,
        isPublic: operation.security.length === 0,
        parameters: operation.parameters.flatMap((parameter) => ('name' in parameter ? [parameter] : [])),
        body: operation.requestBody?.content[JSON_TYPE]?.example,
        answers: Object.entries(operation.responses)
          .map(([status, { description, content }]) => ({
            status: Number(status),
            description,
            example: content?.[JSON_TYPE]?.example,
          }))
          .filter(({ status, example }) => status < 300 && example !== undefined),
      }),
    ),
  )
  return { ...info, tags, calls }
}
