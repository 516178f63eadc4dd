import { isUtf8 } from 'node:buffer'
import type { RouteMatch } from './route-table.ts'

/** One request to an HTTP API, read to its end. */
export type HttpRequest = {
  readonly method: string
  /** Decoded. */
  readonly path: string
  /** As sent, without the question mark. */
  readonly rawQuery: string
  /** Names in lower case, each with all its values. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly body: Buffer
  readonly sourceIp: string
  readonly protocol: string
  readonly port: number
}

export type EventPlace = {
  readonly accountId: string
  readonly apiId: string
  readonly requestId: string
  readonly nowMs: number
}

/**
 * The event that a function gets of an HTTP request, as JSON.
 * Source: API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs", payload format 2.0.
 */
export function proxyEvent(request: HttpRequest, { route, pathParameters }: RouteMatch, place: EventPlace): string {
  const headers = eventHeaders(request)
  const cookies = request.headers.get('cookie')?.flatMap((line) => line.split(/; */))
  const host = headers.host ?? ''
  return JSON.stringify({
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: request.path,
    rawQueryString: request.rawQuery,
    ...(cookies && { cookies }),
    headers,
    ...(request.rawQuery !== '' && { queryStringParameters: joinedParameters(request.rawQuery) }),
    requestContext: {
      accountId: place.accountId,
      apiId: place.apiId,
      domainName: host.replace(/:\d+$/, ''),
      domainPrefix: host.split(/[.:]/)[0],
      http: {
        method: request.method,
        path: request.path,
        protocol: request.protocol,
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: place.requestId,
      routeKey: route.routeKey,
      stage: '$default',
      time: accessLogTime(place.nowMs),
      timeEpoch: place.nowMs,
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...eventBody(request.body, headers['content-type'] ?? ''),
  })
}

function eventHeaders({ headers, sourceIp, port, body }: HttpRequest): Readonly<Record<string, string>> {
  const joined = new Map([...headers].map(([name, values]) => [name, values.join(',')]))
  joined.delete('cookie')
  if (!joined.has('content-length')) joined.set('content-length', String(body.byteLength))
  const forwarded = joined.get('x-forwarded-for')
  joined.set('x-forwarded-for', forwarded === undefined ? sourceIp : `${forwarded}, ${sourceIp}`)
  joined.set('x-forwarded-port', String(port))
  joined.set('x-forwarded-proto', 'http')
  return Object.fromEntries(joined)
}

/** Values of a repeated parameter are joined by commas. */
function joinedParameters(rawQuery: string): Readonly<Record<string, string>> {
  const parameters = new URLSearchParams(rawQuery)
  return Object.fromEntries([...new Set(parameters.keys())].map((name) => [name, parameters.getAll(name).join(',')]))
}

/** Types whose bodies stay text; everything else is base64. */
const TEXT_TYPES = /^(text\/|application\/(json|javascript|xml)\b)/i

function eventBody(body: Buffer, contentType: string): { readonly body?: string; readonly isBase64Encoded: boolean } {
  if (body.byteLength === 0) return { isBase64Encoded: false }
  if (TEXT_TYPES.test(contentType) && isUtf8(body)) return { body: body.toString('utf8'), isBase64Encoded: false }
  return { body: body.toString('base64'), isBase64Encoded: true }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `12/Mar/2026:19:03:58 +0000` */
function accessLogTime(nowMs: number): string {
  const now = new Date(nowMs)
  const iso = now.toISOString()
  return `${iso.slice(8, 10)}/${MONTHS[now.getUTCMonth()]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`
}
