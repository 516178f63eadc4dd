import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import type { Log } from '../../lambdas/ports/log.ts'

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>

export type Call = {
  /** API Gateway's route key, e.g. `PUT /api/secrets/{name}`. */
  readonly route: string
  readonly params?: Record<string, string>
  readonly query?: Record<string, string>
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown
  readonly token?: string
  readonly headers?: Record<string, string>
  /** @default 192.0.2.1 */
  readonly sourceIp?: string
}

export type Answered = {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** As JSON; the bytes of a file. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came back
  readonly body: any
}

function eventOf({ route, params, query, body, token, headers, sourceIp = '192.0.2.1' }: Call): APIGatewayProxyEventV2 {
  const [method = '', path = ''] = route.split(' ')
  return {
    version: '2.0',
    routeKey: route,
    rawPath: path.replace(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(params?.[name] ?? '')),
    rawQueryString: new URLSearchParams(query).toString(),
    headers: {
      host: 'api.example.com',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(params ? { pathParameters: params } : {}),
    ...(query ? { queryStringParameters: query } : {}),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.example.com',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp, userAgent: 'test' },
      requestId: 'request-1',
      routeKey: route,
      stage: '$default',
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: 0,
    },
    isBase64Encoded: false,
  }
}

function bodyOf({ body, isBase64Encoded }: APIGatewayProxyStructuredResultV2): unknown {
  if (body === undefined) return undefined
  return isBase64Encoded ? Buffer.from(body, 'base64') : JSON.parse(body)
}

/** Calls an API function as API Gateway would, and reads its answer. */
export async function callApi(handler: Handler, call: Call): Promise<Answered> {
  const result = await handler(eventOf(call), {} as Context)
  return {
    status: result.statusCode ?? 200,
    headers: result.headers ?? {},
    body: bodyOf(result),
  }
}

/** A log that keeps its lines. */
export function memoryLog(): Log & { readonly lines: { level: string; message: string; fields: unknown }[] } {
  const lines: { level: string; message: string; fields: unknown }[] = []
  const at = (level: string) => (message: string, fields?: unknown) => void lines.push({ level, message, fields })
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}
