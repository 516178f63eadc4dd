import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { notFound, Refusal } from '../domain/refusal.ts'
import type { Log } from '../ports/log.ts'
import type { TokenVerifier } from '../ports/token-verifier.ts'
import type { Answer } from './answer.ts'
import { authenticate, requireAdmin, requireScope, requireUser } from './authenticate.ts'
import type { Endpoint, EndpointsOf } from './endpoint.ts'
import { bugAnswer, problemAnswer } from './problems.ts'
import { type Resource, type RouteScope, routes } from './routes.ts'

export type ApiFunctionDeps = { readonly tokens: TokenVerifier; readonly log: Log }

type Result = APIGatewayProxyStructuredResultV2

/** Sent with every answer; the API serves JSON only, so nothing may be framed, sniffed, cached or run. */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

function toResult(answer: Answer, requestId: string): Result {
  const json = answer.body === undefined ? {} : { 'content-type': 'application/json' }
  return {
    statusCode: answer.status,
    headers: { ...SECURITY_HEADERS, ...json, ...answer.headers, 'x-request-id': requestId },
    ...(answer.body === undefined ? {} : { body: JSON.stringify(answer.body) }),
    // API Gateway decodes it again: a Lambda function answers in text only.
    ...(answer.file === undefined ? {} : { body: Buffer.from(answer.file).toString('base64'), isBase64Encoded: true }),
  }
}

/** Answers every error: a refusal as its problem, anything else as a bare 500 whose cause only the log tells. */
const problemAnswers = (log: Log): middy.MiddlewareObj<APIGatewayProxyEventV2, Result> => ({
  onError(request) {
    const requestId = request.event.requestContext.requestId
    if (request.error instanceof Refusal) {
      request.response = toResult(problemAnswer(request.error, requestId), requestId)
      return
    }
    log.error('request failed', { requestId, route: request.event.routeKey, error: request.error })
    request.response = toResult(bugAnswer(requestId), requestId)
  },
})

type Served = { readonly endpoint: Endpoint; readonly scope: RouteScope }

/** The endpoints of one resource by API Gateway's route key, e.g. `GET /api/jobs/{jobId}`. */
function byRouteKey<R extends Resource>(resource: R, endpoints: EndpointsOf<R>): ReadonlyMap<string, Served> {
  const byOperation = new Map<string, Endpoint>(Object.entries(endpoints))
  return new Map(
    routes
      .filter((route) => route.resource === resource)
      .flatMap((route) => {
        const endpoint = byOperation.get(route.operation)
        const scope = route.access === 'user' ? route.scope : 'account'
        return endpoint ? [[`${route.method} ${route.path}`, { endpoint, scope }] as const] : []
      }),
  )
}

/** Lets an endpoint answer whom it may answer. */
async function serve({ endpoint, scope }: Served, event: APIGatewayProxyEventV2, tokens: TokenVerifier) {
  if (endpoint.access === 'public') return endpoint.serve(event)
  const caller = await authenticate(event, tokens)
  if (endpoint.access === 'account') return endpoint.serve(event, requireUser(caller))
  if (endpoint.access === 'admin') return endpoint.serve(event, requireAdmin(caller))
  requireScope(caller, scope)
  return endpoint.serve(event, caller)
}

/**
 * The one composition of every API function: finds the route, authenticates, checks the scope, validates by the contract, calls the
 * handler and answers errors. A handler therefore sees only requests that are whole and allowed.
 */
export function apiFunction<R extends Resource>(
  resource: R,
  endpoints: EndpointsOf<R>,
  deps: ApiFunctionDeps,
): (event: APIGatewayProxyEventV2, context: Context) => Promise<Result> {
  const servedAt = byRouteKey(resource, endpoints)
  const handle = async (event: APIGatewayProxyEventV2): Promise<Result> => {
    const served = servedAt.get(event.routeKey)
    if (!served) throw notFound('resource')
    return toResult(await serve(served, event, deps.tokens), event.requestContext.requestId)
  }
  return middy(handle).use(problemAnswers(deps.log))
}
