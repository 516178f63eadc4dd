import type { CorsDefinition } from '../template/http-apis.ts'
import type { HttpResponse } from './proxy-response.ts'

type Headers = Readonly<Record<string, string>>

/** The value of access-control-allow-origin for a request's origin, if it is allowed. */
function allowedOrigin(cors: CorsDefinition, origin: string): string | undefined {
  const matching = cors.allowOrigins.find((allowed) =>
    allowed.endsWith('*') ? origin.startsWith(allowed.slice(0, -1)) : allowed === origin,
  )
  if (matching === undefined) return undefined
  return matching === '*' && !cors.allowCredentials ? '*' : origin
}

const credentials = (cors: CorsDefinition): Headers =>
  cors.allowCredentials ? { 'access-control-allow-credentials': 'true' } : {}

/**
 * The gateway's own answer to a preflight request; undefined when the request is none.
 * Source: API Gateway Developer Guide, "Configure CORS for HTTP APIs in API Gateway".
 */
export function preflightResponse(
  cors: CorsDefinition | undefined,
  method: string,
  header: (name: string) => string | undefined,
): HttpResponse | undefined {
  const origin = header('origin')
  if (!cors || method !== 'OPTIONS' || origin === undefined || header('access-control-request-method') === undefined)
    return undefined
  const allowed = allowedOrigin(cors, origin)
  if (allowed === undefined) return { status: 204, headers: {}, body: '' }
  return {
    status: 204,
    headers: {
      'access-control-allow-origin': allowed,
      ...(allowed !== '*' && { vary: 'origin' }),
      ...(cors.allowMethods.length > 0 && { 'access-control-allow-methods': cors.allowMethods.join(',') }),
      ...(cors.allowHeaders.length > 0 && { 'access-control-allow-headers': cors.allowHeaders.join(',') }),
      ...(cors.maxAgeSeconds !== undefined && { 'access-control-max-age': String(cors.maxAgeSeconds) }),
      ...credentials(cors),
    },
    body: '',
  }
}

/** With CORS configured the gateway's headers replace those of the function. */
export function withCors(
  response: HttpResponse,
  cors: CorsDefinition | undefined,
  origin: string | undefined,
): HttpResponse {
  if (!cors) return response
  const own = Object.entries(response.headers).filter(([name]) => !name.startsWith('access-control-'))
  const allowed = origin === undefined ? undefined : allowedOrigin(cors, origin)
  return {
    ...response,
    headers: {
      ...Object.fromEntries(own),
      ...(allowed !== undefined && {
        'access-control-allow-origin': allowed,
        ...(cors.exposeHeaders.length > 0 && { 'access-control-expose-headers': cors.exposeHeaders.join(',') }),
        ...credentials(cors),
      }),
    },
  }
}
