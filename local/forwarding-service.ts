import { Agent, type IncomingMessage, request as send } from 'node:http'
import { urlToHttpOptions } from 'node:url'
import type { WireRequest, WireResponse, WireService } from './wire-service.ts'

/** Headers of one connection, which the next one sets for itself. */
const NOT_FORWARDED: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
])

/** Stands in front of a service that runs elsewhere, so that its calls can be observed and refused. */
export class ForwardingService implements WireService {
  readonly name: string
  readonly #endpoint: ReturnType<typeof urlToHttpOptions>
  readonly #agent = new Agent({ keepAlive: true })

  constructor(name: string, endpoint: string) {
    this.name = name
    this.#endpoint = urlToHttpOptions(new URL(endpoint))
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    const response = await this.#send(request)
    const body = await bytesOf(response)
    return { status: response.statusCode ?? 500, headers: forwarded(response.headers), body }
  }

  async close(): Promise<void> {
    this.#agent.destroy()
  }

  #send({ method, path, query, headers, body }: WireRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = {
        ...this.#endpoint,
        path: query.size === 0 ? path : `${path}?${query}`,
        method,
        agent: this.#agent,
        headers: { ...forwarded(headers), 'content-length': body.length },
      }
      send(options, resolve).on('error', reject).end(body)
    })
  }
}

/** Reads an answer to its end. @throws when it breaks off */
function bytesOf(response: IncomingMessage): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const chunks: Buffer[] = []
  response
    .on('data', (chunk: Buffer) => chunks.push(chunk))
    .once('end', () => resolve(Buffer.concat(chunks)))
    .once('error', reject)
  return promise
}

/** Headers that concern the message, not the connection that it came by. */
function forwarded(headers: Readonly<Record<string, string | readonly string[] | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !NOT_FORWARDED.has(name)) kept[name] = String(value)
  return kept
}
