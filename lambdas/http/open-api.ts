import * as z from 'zod'
import { NoticeMessage } from '../domain/notification/notice-message.ts'
import { type Contract, nothing } from './contract.ts'
import type { Contracts } from './contracts/index.ts'
import { answerExample, bodyExample, parameterExample, problemExample } from './documented-examples.ts'
import { INTRODUCTION } from './introduction.ts'
import { fieldsOf, type Json, type JsonObject, JsonSchemas } from './json-schemas.ts'
import { type Operation, type Route, routes } from './routes.ts'
import { tags } from './tags.ts'

const Problem = z
  .looseObject({
    type: z.string().meta({ description: 'Names the kind of problem.', examples: ['/problems/validation'] }),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    requestId: z.string().meta({ description: 'Under it the operator finds the request in the logs.' }),
    errors: z
      .array(z.strictObject({ pointer: z.string(), detail: z.string() }))
      .optional()
      .meta({
        description: 'What is wrong where: a JSON pointer into the body, or `/query/<name>` or `/path/<name>`.',
      }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' })

/** Operations that change a job only if it still is as the client knows it. */
const CONDITIONAL: ReadonlySet<Operation> = new Set(['replaceJob', 'patchJob', 'deleteJob', 'pauseJob', 'resumeJob'])

/** Operations that answer with a job, and so with its version. */
const VERSIONED: ReadonlySet<Operation> = new Set([
  'createJob',
  'readJob',
  'replaceJob',
  'patchJob',
  'pauseJob',
  'resumeJob',
])

/** Operations that say where to find what they made. */
const LOCATING: ReadonlySet<Operation> = new Set(['createJob', 'runJob'])

const header = (name: string): JsonObject => ({ [name]: { $ref: `#/components/headers/${name}` } })

const ON_EVERY_ANSWER: JsonObject = { ...header('x-request-id'), ...header('ratelimit'), ...header('ratelimit-policy') }

const has = (part: z.ZodType): boolean => part !== nothing

function parametersOf(route: Route, contract: Contract, schemas: JsonSchemas): readonly Json[] {
  const part = (schema: z.ZodType, place: 'path' | 'query') =>
    has(schema)
      ? fieldsOf(schemas.of(schema, 'input')).map((field) => {
          const { description, ...rest } = field.schema
          const described = description === undefined ? {} : { description }
          const own = { name: field.name, in: place, required: field.required, ...described, schema: rest }
          return { ...own, ...parameterExample(route, place, field) }
        })
      : []
  const headers = [
    ...(CONDITIONAL.has(route.operation) ? ['IfMatch'] : []),
    ...(contract.idempotency === undefined ? [] : ['IdempotencyKey']),
  ]
  return [
    ...part(contract.params, 'path'),
    ...part(contract.query, 'query'),
    ...headers.map((name) => ({ $ref: `#/components/parameters/${name}` })),
  ]
}

function answersOf(route: Route, contract: Contract, schemas: JsonSchemas): JsonObject {
  const headers = {
    ...ON_EVERY_ANSWER,
    ...(contract.idempotency === undefined ? {} : header('idempotent-replayed')),
    ...(VERSIONED.has(route.operation) ? header('etag') : {}),
    ...(LOCATING.has(route.operation) ? header('location') : {}),
  }
  return Object.fromEntries(
    Object.entries(contract.answers).map(([status, { description, schema, mediaType = 'application/json' }]) => [
      status,
      {
        description,
        headers,
        ...(schema === undefined
          ? {}
          : { content: { [mediaType]: { schema: schemas.of(schema, 'output'), ...answerExample(route, status) } } }),
      },
    ]),
  )
}

/** When each status answers with a problem. */
const PROBLEMS = {
  400: 'Something in the request is not valid.',
  401: 'The credential is missing, wrong or expired.',
  403: 'The caller, their key or their plan may not do this.',
  404: 'There is no such thing, or it is not the caller’s.',
  409: 'The request conflicts with the current state.',
  412: 'The job is no longer the version of `If-Match`.',
  413: 'The body is too large.',
  415: 'The content type of the body is not supported.',
  422: 'The `Idempotency-Key` was used for another request.',
  429: 'Too many requests; `retry-after` says how many seconds to wait.',
  500: 'Something went wrong on our side.',
  503: 'Something that Punctual relies on does not answer; `retry-after` says when to try again.',
} as const

/** Operations that a query can send looking for something. */
const SEARCHING: ReadonlySet<Operation> = new Set(['listRuns'])

/** Operations that can conflict with what else happens. */
const CONFLICTING: ReadonlySet<Operation> = new Set([
  ...CONDITIONAL,
  'putSecret',
  'deleteSecret',
  'generateSecret',
  'cancelRun',
  'createTemplate',
  'replaceTemplate',
  'deleteTemplate',
])

function problemsOf(
  { operation, access, method, resource }: Route,
  { params, query, body, idempotency }: Contract,
): JsonObject {
  const statuses = [
    // Whoever sends a body where none is taken is told so.
    ...(has(params) || has(query) || method !== 'GET' ? ([400] as const) : []),
    ...(access === 'user' || operation === 'logIn' || operation === 'refresh' ? ([401] as const) : []),
    ...(access === 'user' || operation === 'logIn' ? ([403] as const) : []),
    ...(has(params) || SEARCHING.has(operation) ? ([404] as const) : []),
    ...(CONFLICTING.has(operation) || idempotency ? ([409] as const) : []),
    ...(CONDITIONAL.has(operation) ? ([412] as const) : []),
    ...(has(body) ? ([413, 415] as const) : []),
    ...(idempotency ? ([422] as const) : []),
    ...([429, 500] as const),
    ...(access === 'user' || resource === 'auth' ? ([503] as const) : []),
  ]
  const schema = { $ref: '#/components/schemas/Problem' }
  const contentOf = (status: number) => ({ 'application/problem+json': { schema, ...problemExample(status) } })
  return Object.fromEntries(
    statuses.map((status) => {
      const headers = { ...ON_EVERY_ANSWER, ...(status === 429 || status === 503 ? header('retry-after') : {}) }
      return [status, { description: PROBLEMS[status], headers, content: contentOf(status) }]
    }),
  )
}

/** Which credentials do; OpenAPI 3.1 lets a bearer scheme name the scopes it needs. */
function securityOf(route: Route): readonly JsonObject[] {
  if (route.access === 'public') return []
  const accessToken = { accessToken: [] }
  return route.scope === 'account' ? [accessToken] : [accessToken, { apiKey: [route.scope] }]
}

function operationOf(route: Route, contract: Contract, schemas: JsonSchemas): JsonObject {
  const { summary, description, body, mediaTypes = ['application/json'] } = contract
  const parameters = parametersOf(route, contract, schemas)
  const content = () =>
    Object.fromEntries(mediaTypes.map((type) => [type, { schema: schemas.of(body, 'input'), ...bodyExample(route) }]))
  return {
    operationId: route.operation,
    tags: [tags[contract.tag ?? route.resource].name],
    summary,
    ...(description === undefined ? {} : { description }),
    security: securityOf(route),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(has(body) ? { requestBody: { required: !contract.isBodyOptional, content: content() } } : {}),
    responses: { ...problemsOf(route, contract), ...answersOf(route, contract, schemas) },
  }
}

function pathsOf(contracts: Contracts, schemas: JsonSchemas): JsonObject {
  const contractOf = new Map<string, Contract>(Object.values(contracts).flatMap((resource) => Object.entries(resource)))
  const operation = (route: Route): JsonObject => {
    const contract = contractOf.get(route.operation)
    if (!contract) throw new Error(`The operation ${route.operation} has no contract.`)
    return operationOf(route, contract, schemas)
  }
  const byPath = Map.groupBy<string, Route>(routes, (route) => route.path)
  return Object.fromEntries(
    [...byPath].map(([path, served]) => [
      path,
      Object.fromEntries(served.map((route) => [route.method.toLowerCase(), operation(route)])),
    ]),
  )
}

/** What Punctual calls itself: the webhook of a job's `notify`. */
const webhooksOf = (schemas: JsonSchemas): JsonObject => ({
  notification: {
    post: {
      operationId: 'notification',
      summary: 'Somebody is told of a job',
      description:
        'Sent to `notify.webhookUrl`, signed by Standard Webhooks with the secret `WEBHOOK_SIGNING_KEY`. A notification that is sent again has the same `webhook-id`.',
      parameters: ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => ({
        name,
        in: 'header',
        required: true,
        schema: { type: 'string' },
      })),
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemas.of(NoticeMessage, 'output') } },
      },
      responses: {
        '2XX': { description: 'It was taken.' },
        '4XX': { description: 'It is not sent again, but after 408, 425 and 429.' },
        '5XX': { description: 'It is sent again, up to four times within two hours.' },
      },
    },
  },
})

const text = (description: string): JsonObject => ({ description, schema: { type: 'string' } })

/** The OpenAPI 3.1 document of the whole API, from the routes and from the schemas that validate the requests. */
export function openApi(contracts: Contracts, version: string): JsonObject {
  const schemas = new JsonSchemas()
  schemas.of(Problem, 'output')
  const paths = pathsOf(contracts, schemas)
  const webhooks = webhooksOf(schemas)
  return {
    openapi: '3.1.1',
    info: {
      title: 'Punctual',
      version,
      description: INTRODUCTION,
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: Object.values(tags).map((tag) => ({ ...tag })),
    paths,
    webhooks,
    components: {
      schemas: schemas.named(),
      parameters: {
        IfMatch: {
          name: 'if-match',
          in: 'header',
          required: false,
          ...text('The `ETag` of the job as it was read; another version is answered with 412.'),
        },
        IdempotencyKey: {
          name: 'idempotency-key',
          in: 'header',
          required: false,
          description:
            'Up to 255 characters of visible ASCII, a new one for each request. For 24 hours the same key and request get the first answer again, and nothing is done twice. Answers that show something once are given again only to the credential that they were sent with.',
          schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]{1,255}$' },
        },
      },
      headers: {
        etag: text("The job's version, for `If-Match`."),
        location: text('Where the new job or run can be read.'),
        ratelimit: text('What is left of the quota: `r` requests until the window ends in `t` seconds.'),
        'ratelimit-policy': text('The quota, named after the plan: `q` requests in `w` seconds.'),
        'retry-after': text('Seconds to wait.'),
        'idempotent-replayed': text('`true` on an answer that was given before.'),
        'x-request-id': text('The id of this request.'),
      },
      securitySchemes: {
        accessToken: { type: 'http', scheme: 'bearer', description: 'The access token that `logIn` answers.' },
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key that `createKey` has answered, `pk_…`, with the scope that the operation names.',
        },
      },
    },
  }
}
