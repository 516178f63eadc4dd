import middy from '@middy/core'
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import type { Caller } from '../domain/account/caller.ts'
import type { Admission } from '../domain/account/request-quota.ts'
import { notFound, Refusal } from '../domain/refusal.ts'
import type { Log } from '../ports/log.ts'
import type { RequestLimiter } from '../ports/request-limiter.ts'
import type { SessionEnds } from '../ports/session-ends.ts'
import type { TokenVerifier } from '../ports/token-verifier.ts'
import type { AnswerOnceDeps } from '../use-cases/answer-once.ts'
import type { Answer } from './answer.ts'
import { findCaller, isLive, requireAdmin, requireCaller, requireScope, requireUser } from './authenticate.ts'
import type { Endpoint, EndpointsOf } from './endpoint.ts'
import { type ActOnce, actOnce } from './idempotency.ts'
import { bugAnswer, problemAnswer } from './problems.ts'
import { rateLimitHeaders, requesterOf, requireAdmission } from './rate-limit.ts'
import { type Operation, type Resource, type RouteScope, routes } from './routes.ts'

/** What every function of the API needs at its door: who comes, how often, and whether they were here before. */
export type ApiFunctionDeps = {
  readonly tokens: TokenVerifier
  readonly sessions: Pick<SessionEnds, 'find'>
  readonly requests: RequestLimiter
  readonly idempotency: AnswerOnceDeps
  readonly log: Log
}

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

/** Adds to every answer, errors included, what it has of its sender's quota. */
function quotaHeaders(
  admissions: WeakMap<APIGatewayProxyEventV2, Admission>,
): middy.MiddlewareObj<APIGatewayProxyEventV2, Result> {
  const add = (request: middy.Request<APIGatewayProxyEventV2, Result>): void => {
    const admission = admissions.get(request.event)
    if (!admission || !request.response) return
    request.response = { ...request.response, headers: { ...request.response.headers, ...rateLimitHeaders(admission) } }
  }
  return { after: add, onError: add }
}

type Served = { readonly endpoint: Endpoint; readonly operation: Operation; readonly scope: RouteScope }

/** The endpoints of one resource by API Gateway's route key, e.g. `GET /api/jobs/{jobId}`. */
function byRouteKey<R extends Resource>(resource: R, endpoints: EndpointsOf<R>): ReadonlyMap<string, Served> {
  const byOperation = new Map<string, Endpoint>(Object.entries(endpoints))
  return new Map(
    routes
      .filter((route) => route.resource === resource)
      .flatMap((route) => {
        const endpoint = byOperation.get(route.operation)
        const scope = route.access === 'user' ? route.scope : 'account'
        const { operation } = route
        return endpoint ? [[`${route.method} ${route.path}`, { endpoint, operation, scope }] as const] : []
      }),
  )
}

/** Lets an endpoint answer whom it may answer. */
async function serve(
  { endpoint, operation, scope }: Served,
  event: APIGatewayProxyEventV2,
  found: Caller | undefined,
  act: ActOnce,
): Promise<Answer> {
  if (endpoint.access === 'public') return endpoint.serve(event)
  const caller = requireCaller(found)
  const once = { act, operation }
  if (endpoint.access === 'account') return endpoint.serve(event, requireUser(caller), once)
  if (endpoint.access === 'admin') return endpoint.serve(event, requireAdmin(caller), once)
  requireScope(caller, scope)
  return endpoint.serve(event, caller, once)
}

/**
 * The one composition of every API function: finds the route, authenticates, counts the request, checks the scope, validates
 * by the contract, calls the handler and answers errors. A handler therefore sees only requests that are whole and allowed.
 */
export function apiFunction<R extends Resource>(
  resource: R,
  endpoints: EndpointsOf<R>,
  deps: ApiFunctionDeps,
): (event: APIGatewayProxyEventV2, context: Context) => Promise<Result> {
  const servedAt = byRouteKey(resource, endpoints)
  const act = actOnce(deps.idempotency)
  const admissions = new WeakMap<APIGatewayProxyEventV2, Admission>()

  /** @throws Refusal `too-many-requests` */
  async function admit(event: APIGatewayProxyEventV2, caller: Caller | undefined): Promise<void> {
    const admission = await deps.requests.admit(requesterOf(event, caller))
    admissions.set(event, admission)
    requireAdmission(admission)
  }

  async function handle(event: APIGatewayProxyEventV2): Promise<Result> {
    const served = servedAt.get(event.routeKey)
    const isGuarded = served !== undefined && served.endpoint.access !== 'public'
    const [found] = await Promise.allSettled([isGuarded ? findCaller(event, deps.tokens) : undefined])
    await admit(event, found.status === 'fulfilled' ? found.value : undefined)
    if (found.status === 'rejected') throw found.reason
    if (!served) throw notFound('resource')
    // Counted before anything is read: what is above the quota costs no more than its refusal.
    const caller = found.value && (await isLive(found.value, deps.sessions)) ? found.value : undefined
    return toResult(await serve(served, event, caller, act), event.requestContext.requestId)
  }
  // Of what happens after the handler, the last named comes first.
  return middy(handle).use(quotaHeaders(admissions)).use(problemAnswers(deps.log))
}
