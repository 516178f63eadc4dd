import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from './api-client.ts'

export type RecordedRequest = {
  readonly method: string
  /** With the query. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** When it came, epoch ms. */
  readonly at: number
}

/** How a path answers. Without `body` it sends back what it got. */
export type TargetAnswer = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** The answer waits for this; with a promise that never ends it never comes. */
  readonly after?: Promise<unknown>
  /** The connection is cut instead. */
  readonly hangUp?: boolean
}

type Behaviour = TargetAnswer | ((request: RecordedRequest) => TargetAnswer)

/** A target on this machine that remembers every request and answers each path as told. */
export class EchoTarget {
  readonly #behaviours = new Map<string, Behaviour>()
  readonly #requests: RecordedRequest[] = []
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  /** @param host the loopback address that it is on. */
  static async start(host = '127.0.0.1'): Promise<EchoTarget> {
    const target = new EchoTarget()
    target.#server.listen(0, host)
    await once(target.#server, 'listening')
    return target
  }

  /** The URL of a path, e.g. `/sync?mode=full`. */
  url(path: string): string {
    const { address, port } = this.#server.address() as AddressInfo
    return `http://${address}:${port}${path}`
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** Makes a path answer like this from now on, and answers its URL. */
  on(path: string, behaviour: Behaviour): string {
    this.#behaviours.set(path, behaviour)
    return this.url(path)
  }

  /** What came for a path so far, whatever the query. */
  requests(path: string): readonly RecordedRequest[] {
    return this.#requests.filter(({ url }) => pathOf(url) === path)
  }

  /** The first request for a path, once it has come. */
  request(path: string, timeoutMs?: number): Promise<RecordedRequest> {
    return until(`a request for ${path}`, async () => this.requests(path)[0], timeoutMs)
  }

  async close(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const at = Date.now()
    const { method = '', url = '', headers } = incoming
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const request: RecordedRequest = { method, url, headers, body: Buffer.concat(chunks).toString(), at }
    this.#requests.push(request)
    const told = this.#behaviours.get(pathOf(url)) ?? {}
    const answer = typeof told === 'function' ? told(request) : told
    await answer.after
    if (answer.hangUp) return void outgoing.destroy()
    const body = answer.body ?? JSON.stringify({ method, path: url, headers, body: request.body })
    outgoing.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
    outgoing.end(body)
  }
}

const pathOf = (url: string) => url.split('?')[0] ?? url
