import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Server as NetServer } from 'node:net'
import type { WireRequest, WireResponse, WireService } from './wire-service.ts'

/** Largest request that a service reads, in bytes: above the largest of any service (DynamoDB batches, 16 MB). */
const LARGEST_BODY_BYTES = 17 * 1024 * 1024

/** One call that a function, or another client, has made of a service. */
export type ObservedCall = {
  /** The service's {@link WireService.name}. */
  readonly service: string
  /** The access key of the caller: the logical id of a function. */
  readonly caller: string | undefined
  readonly request: WireRequest
  readonly response: WireResponse
}

export type WireServerOptions = {
  /** Gets bugs of the service: errors that it does not mean as an answer. */
  readonly log: (message: string) => void
  /** Told of every call once it is answered. */
  readonly observe?: ((call: ObservedCall) => void) | undefined
}

/** A service on a loopback port of its own. */
export class WireServer {
  readonly #server: Server
  readonly #options: WireServerOptions
  #service: WireService | undefined

  constructor(options: WireServerOptions) {
    this.#options = options
    this.#server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
      void this.#answer(request, response)
    })
    this.#server.on('clientError', (_error, socket) => socket.destroy())
  }

  /** Takes a free port; requests are answered from {@link serve} on. Returns the URL, without a slash at the end. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${portOf(this.#server)}`))
    })
  }

  serve(service: WireService): void {
    this.#service = service
  }

  close(): Promise<void> {
    return closeServer(this.#server, 0)
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const response = await this.#respond(incoming).catch((error: unknown): WireResponse => {
      // A client that hung up before the end of its request gets no answer and is no bug.
      if (incoming.complete)
        this.#options.log(
          `${this.#service?.name ?? 'A service'} failed: ${error instanceof Error ? error.stack : String(error)}`,
        )
      return { status: 500, headers: JSON_HEADERS, body: JSON.stringify({ __type: 'InternalFailure' }) }
    })
    outgoing.writeHead(response.status, response.headers).end(response.body)
  }

  async #respond(incoming: IncomingMessage): Promise<WireResponse> {
    if (!this.#service)
      return { status: 503, headers: JSON_HEADERS, body: JSON.stringify({ __type: 'ServiceUnavailable' }) }
    const body = await readBody(incoming, LARGEST_BODY_BYTES)
    if (!body)
      return { status: 413, headers: JSON_HEADERS, body: JSON.stringify({ __type: 'RequestEntityTooLargeException' }) }
    const request = wireRequest(incoming, body)
    const response = await this.#service.handle(request)
    this.#options.observe?.({ service: this.#service.name, caller: callerOf(request), request, response })
    return response
  }
}

/** The access key that a request is signed with: the logical id of a function. */
export const callerOf = ({ headers }: WireRequest) => /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1]

const JSON_HEADERS = { 'content-type': 'application/x-amz-json-1.0' } as const

export function portOf(server: NetServer): number {
  const address: AddressInfo | string | null = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server does not listen on a port')
  return address.port
}

/** Stops a server; requests under way have `graceMs` to end. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const enforce = setTimeout(() => server.closeAllConnections(), graceMs)
  await closed
  clearTimeout(enforce)
}

/** The request line and headers of a request, with a body that was read before. */
export function wireRequest(incoming: IncomingMessage, body: Uint8Array): WireRequest {
  const target = incoming.url ?? '/'
  const mark = target.indexOf('?')
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? target : target.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : target.slice(mark + 1)),
    headers: Object.fromEntries(
      Object.entries(incoming.headersDistinct).map(([name, values]) => [name, values?.join(', ') ?? '']),
    ),
    body,
  }
}

/** Reads a body to its end; undefined when it is larger than allowed, of which the rest stays unread. */
export function readBody(incoming: IncomingMessage, largestBytes: number): Promise<Buffer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>()
  const chunks: Buffer[] = []
  let bytes = 0
  const read = (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes <= largestBytes) return void chunks.push(chunk)
    incoming.off('data', read).pause()
    resolve(undefined)
  }
  incoming
    .on('data', read)
    .once('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
    .once('error', reject)
    // An error for each request that ends would cost more than to read it.
    .once('close', () => incoming.complete || reject(new Error('The client has hung up')))
  return promise
}
