import { Validator } from '@seriousme/openapi-schema-validator'
import { describe, expect, it } from 'vitest'
import { type Contract, nothing } from '../../lambdas/http/contract.ts'
import { contracts } from '../../lambdas/http/contracts/index.ts'
import { exampleAnswers, exampleRequests } from '../../lambdas/http/examples/index.ts'
import { openApi } from '../../lambdas/http/open-api.ts'
import { routes } from '../../lambdas/http/routes.ts'

// biome-ignore lint/suspicious/noExplicitAny: a test looks into the document as its readers do
type Json = any

const document: Json = JSON.parse(JSON.stringify(openApi(contracts, '1.2.3')))
const operationOf = (route: (typeof routes)[number]) => document.paths[route.path][route.method.toLowerCase()]

const contractOf = new Map<string, Contract>(Object.values(contracts).flatMap((resource) => Object.entries(resource)))

/** Every `$ref` anywhere in the document. */
const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference ?? '')

const resolve = (reference: string): Json =>
  reference
    .replace(/^#\//, '')
    .split('/')
    .reduce((value, step) => value?.[step], document)

describe('the OpenAPI document', () => {
  it('is of version 3.1 and says which Punctual it describes', () => {
    expect(document).toMatchObject({ openapi: '3.1.1', info: { title: 'Punctual', version: '1.2.3' } })
  })

  it('is valid, says the specification itself', async () => {
    expect(await new Validator().validate(structuredClone(document))).toEqual({ valid: true })
  })

  it('is found wrong by the same judge when something is wrong', async () => {
    const { info: _, ...broken } = structuredClone(document)
    expect(await new Validator().validate(broken)).toMatchObject({ valid: false })
  })

  it.each(routes)('shows an example of $operation that its schemas accept', async (route) => {
    const contract = contractOf.get(route.operation)
    const request = exampleRequests[route.operation]
    const answer = exampleAnswers[route.operation]
    expect(request, 'add one to lambdas/http/examples').toBeDefined()
    expect(answer, 'npm run examples').toBeDefined()
    for (const [part, given] of [
      [contract?.params, request?.params],
      [contract?.query, request?.query ?? (contract?.query === nothing ? undefined : {})],
      [contract?.body, request?.body ?? (contract?.isBodyOptional ? {} : undefined)],
    ] as const) {
      expect(part?.safeParse(given).error).toBeUndefined()
    }
    const documented = contract?.answers[answer?.status ?? 0]
    expect(documented).toBeDefined()
    if (documented?.schema && answer?.body !== undefined) {
      expect(documented.schema.safeParse(answer.body).error).toBeUndefined()
    }

    const operation = operationOf(route)
    if (request?.body !== undefined) {
      expect(operation.requestBody.content['application/json'].example).toEqual(request.body)
    }
    const shown = operation.responses[answer?.status ?? 0].content?.['application/json']?.example
    expect(shown).toEqual(answer?.body)
    for (const { name, in: place, example } of operation.parameters ?? []) {
      if (place === 'path') expect(example, name).toBe(request?.params?.[name])
    }
  })

  it('has a heading for every operation, and a sentence below it', () => {
    const names = document.tags.map(({ name }: { name: string }) => name)
    for (const route of routes) expect(names).toContain(operationOf(route).tags[0])
    for (const { description } of document.tags) expect(description).toMatch(/\S/)
  })

  it('has every route and no other', () => {
    const described = Object.entries<object>(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(described.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort())
  })

  it('gives every operation an id of its own', () => {
    const ids = routes.map((route) => operationOf(route).operationId)
    expect(ids).toEqual(routes.map(({ operation }) => operation))
    expect(new Set(ids).size).toBe(routes.length)
  })

  it('refers to nothing that it does not have', () => {
    expect(references.length).toBeGreaterThan(routes.length)
    expect(references.filter((reference) => resolve(reference) === undefined)).toEqual([])
  })

  it.each(routes)('$operation: says what it takes, what it answers and who may call', (route) => {
    const operation = operationOf(route)
    expect(operation.summary).toMatch(/\S/)
    const scope = route.access === 'user' ? route.scope : undefined
    const byKey = scope === 'account' || scope === undefined ? [] : [{ apiKey: [scope] }]
    expect(operation.security).toEqual(scope === undefined ? [] : [{ accessToken: [] }, ...byKey])
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
    const parameters: { name: string; in: string; required: boolean; schema: object }[] = operation.parameters ?? []
    expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(inPath)
    for (const parameter of parameters.filter((described) => described.in === 'path')) {
      expect(parameter.required).toBe(true)
    }
    expect(Object.keys(operation.responses).some((status) => status.startsWith('2'))).toBe(true)
    expect('401' in operation.responses || route.access === 'public').toBe(true)
    expect('requestBody' in operation).toBe('415' in operation.responses)
  })

  it('answers problems as RFC 9457 has them', () => {
    expect(document.paths['/api/secrets/{name}'].put.responses['400'].content).toMatchObject({
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
    })
    const problems = routes
      .flatMap((route) => Object.entries<Json>(operationOf(route).responses))
      .filter(([, { content }]) => content?.['application/problem+json'])
    expect(problems.length).toBeGreaterThan(routes.length)
    for (const [status, { content }] of problems) {
      const { example } = content['application/problem+json']
      expect(example).toMatchObject({
        status: Number(status),
        title: expect.any(String),
        requestId: expect.any(String),
      })
      expect(example.errors === undefined).toBe(status !== '400')
    }
    expect(document.components.schemas.Problem.required).toEqual(['type', 'title', 'status', 'detail', 'requestId'])
  })

  it('documents a list: its limit, its cursor and its pages', () => {
    const { parameters, responses } = document.paths['/api/secrets'].get
    expect(parameters).toMatchObject([
      {
        name: 'limit',
        in: 'query',
        required: false,
        schema: { type: 'integer', minimum: 1, maximum: 100, default: 50 },
      },
      { name: 'cursor', in: 'query', required: false, schema: { type: 'string' } },
    ])
    expect(responses['200'].content['application/json'].schema.properties).toMatchObject({
      items: { type: 'array', items: { $ref: '#/components/schemas/Secret' } },
      nextCursor: { type: ['string', 'null'] },
    })
  })

  it('takes what has a default as optional, and answers it always', () => {
    const { requestBody } = document.paths['/api/secrets/{name}/generate'].post
    expect(requestBody.content['application/json'].schema).toEqual({
      type: 'object',
      additionalProperties: false,
      properties: {
        bytes: { type: 'integer', minimum: 16, maximum: 64, default: 32 },
        format: { type: 'string', enum: ['base64', 'hex', 'whsec'], default: 'base64' },
      },
    })
  })

  it('shows the ETag of a job where it is answered, and If-Match where it counts', () => {
    const job = document.paths['/api/jobs/{jobId}']
    const has = (operation: { parameters?: object[] }) =>
      operation.parameters?.some((parameter) => JSON.stringify(parameter).includes('IfMatch'))
    expect([job.put, job.patch, job.delete].map(has)).toEqual([true, true, true])
    expect(has(job.get)).toBe(false)
    expect(job.put.responses['412']).toBeDefined()
    for (const operation of [job.get, job.put, job.patch]) {
      expect(operation.responses['200'].headers.etag).toEqual({ $ref: '#/components/headers/etag' })
    }
    const created = document.paths['/api/jobs'].post.responses['201'].headers
    expect(created).toMatchObject({ etag: expect.anything(), location: expect.anything() })
  })

  it('has nothing that only zod understands', () => {
    expect(JSON.stringify(document)).not.toMatch(/\$schema|\$defs|9007199254740991|\[02468\]/)
  })
})
