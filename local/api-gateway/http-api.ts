import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import querystring from 'node:querystring'
import type { Clock } from '../clock.ts'
import type { InvocationResult } from '../lambda/function-messages.ts'
import type { HttpApiDefinition, RouteDefinition } from '../template/http-apis.ts'
import { closeServer, portOf, readBody, wireRequest } from '../wire-server.ts'
import type { WireRequest, WireResponse } from '../wire-service.ts'
import { preflightResponse, withCors } from './cors.ts'
import { type HttpRequest, proxyEvent } from './proxy-event.ts'
import { gatewayResponse, type HttpResponse, INTERNAL_SERVER_ERROR, proxyResponse } from './proxy-response.ts'
import { RouteTable } from './route-table.ts'

/** Source: API Gateway Developer Guide, "Quotas for configuring and running an HTTP API". */
const LARGEST_BODY_BYTES = 10 * 1024 * 1024
const LARGEST_HEADERS_BYTES = 10_240

/** A request that is not all there after this time is answered 408, in milliseconds. */
const LONGEST_REQUEST_MS = 30_000

export type HttpApiOptions = {
  readonly accountId: string
  readonly clock: Clock
  /** Runs a function; `caller` tells whose requests may wait for each other. */
  readonly invoke: (functionArn: string, event: string, caller: string) => Promise<InvocationResult>
  /** Routes that only this machine has; asked before those of the API. */
  readonly localRoutes: LocalRoutes
  readonly log: (message: string) => void
}

/** All paths that begin so, and what answers them. */
export type LocalRoutes = {
  readonly prefix: string
  readonly answer: (request: WireRequest) => Promise<WireResponse>
}

type Served = { readonly api: HttpApiDefinition; readonly routes: RouteTable; readonly options: HttpApiOptions }

/** An API Gateway HTTP API with Lambda proxy integrations, on a loopback port. */
export class HttpApiServer {
  readonly #server: Server
  #served: Served | undefined

  constructor() {
    this.#server = createServer(
      {
        maxHeaderSize: LARGEST_HEADERS_BYTES,
        requestTimeout: LONGEST_REQUEST_MS,
        keepAliveTimeout: 60_000,
      },
      (request, response) => void this.#answer(request, response),
    )
  }

  /**
   * Takes the port, so that a taken one shows at once; requests are served from {@link serve} on.
   * @param port 0 for any free one
   * @returns the URL, without a slash at the end
   */
  listen(port: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (error) => {
        const taken = 'code' in error && error.code === 'EADDRINUSE'
        reject(taken ? new Error(`Port ${port} is taken by another program`, { cause: error }) : error)
      })
      this.#server.listen(port, '127.0.0.1', () => resolve(`http://127.0.0.1:${portOf(this.#server)}`))
    })
  }

  /** @param api undefined for a template without one: then only the local routes answer */
  serve(api: HttpApiDefinition | undefined, options: HttpApiOptions): void {
    const served = api ?? { id: 'none', cors: undefined, routes: [] }
    this.#served = { api: served, routes: new RouteTable(served.routes), options }
  }

  /** Stops; requests under way have `graceMs` to end. */
  close(graceMs: number): Promise<void> {
    return closeServer(this.#server, graceMs)
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const requestId = randomBytes(12).toString('base64url')
    let response: HttpResponse
    try {
      response = this.#served
        ? await respond(incoming, requestId, this.#served)
        : gatewayResponse(503, 'Service Unavailable')
    } catch (error) {
      if (incoming.destroyed && !incoming.complete) return
      this.#served?.options.log(`The API failed: ${error instanceof Error ? error.stack : String(error)}`)
      response = INTERNAL_SERVER_ERROR
    }
    send(outgoing, response, requestId)
    // What is left of a body that was too large is not waited for.
    if (!incoming.complete) outgoing.once('finish', () => incoming.socket.destroySoon())
  }
}

function send(outgoing: ServerResponse, { status, headers, body }: HttpResponse, requestId: string): void {
  const withoutBody = status === 204 || status === 304
  try {
    outgoing.writeHead(status, {
      ...Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
      ),
      ...(!withoutBody && { 'content-length': Buffer.byteLength(body) }),
      'apigw-requestid': requestId,
    })
  } catch {
    // The function set a header that HTTP does not allow.
    outgoing.writeHead(500, { 'content-type': 'application/json' }).end(INTERNAL_SERVER_ERROR.body)
    return
  }
  outgoing.end(withoutBody ? undefined : body)
}

async function respond(incoming: IncomingMessage, requestId: string, served: Served): Promise<HttpResponse> {
  const { api, routes, options } = served
  const body = await readBody(incoming, LARGEST_BODY_BYTES)
  if (!body) return gatewayResponse(413, 'Request Entity Too Large')
  if (incoming.url?.startsWith(options.localRoutes.prefix)) {
    const local = await options.localRoutes.answer(wireRequest(incoming, body))
    return { status: local.status, headers: local.headers, body: bodyOf(local) }
  }
  const request = readHttpRequest(incoming, body)
  if (!request) return gatewayResponse(400, 'Bad Request')
  const header = (name: string) => request.headers.get(name)?.join(',')
  const preflight = preflightResponse(api.cors, request.method, header)
  if (preflight) return preflight
  const match = routes.find(request.method, request.path)
  if (!match) return withCors(gatewayResponse(404, 'Not Found'), api.cors, header('origin'))
  const place = { accountId: options.accountId, apiId: api.id, requestId, nowMs: options.clock.now() }
  const caller = header('authorization') ?? request.sourceIp
  const response = await integrate(match.route, proxyEvent(request, match, place), caller, options)
  return withCors(response, api.cors, header('origin'))
}

const bodyOf = ({ body }: WireResponse) => (typeof body === 'string' ? body : Buffer.from(body))

function integrate(
  { functionArn, timeoutMs }: RouteDefinition,
  event: string,
  caller: string,
  { invoke }: HttpApiOptions,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(gatewayResponse(503, 'Service Unavailable')), timeoutMs)
    invoke(functionArn, event, caller)
      .then((result) => resolve(proxyResponse(result)))
      .catch(reject)
      .finally(() => clearTimeout(timer))
  })
}

/** Undefined when the request's target is no path or its escapes are none. */
function readHttpRequest(incoming: IncomingMessage, body: Buffer): HttpRequest | undefined {
  const target = incoming.url ?? ''
  if (!target.startsWith('/')) return undefined
  const mark = target.indexOf('?')
  const path = decodePath(mark < 0 ? target : target.slice(0, mark))
  if (path === undefined) return undefined
  const headers = Object.entries(incoming.headersDistinct).map(([name, values]) => [name, values ?? []] as const)
  return {
    method: incoming.method ?? 'GET',
    path,
    rawQuery: mark < 0 ? '' : target.slice(mark + 1),
    headers: new Map(headers),
    body,
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
    protocol: `HTTP/${incoming.httpVersion}`,
    port: incoming.socket.localPort ?? 0,
  }
}

/** Bytes that are no UTF-8 become U+FFFD, and are the function's to refuse; an escape that is none ends here. */
const decodePath = (path: string): string | undefined =>
  /%(?![0-9a-f]{2})/i.test(path) ? undefined : querystring.unescape(path)
