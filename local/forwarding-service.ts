import { Agent, type IncomingMessage, request as send } from 'node:http'
import type { WireRequest, WireResponse, WireService } from './wire-service.ts'

/** Headers of one connection, which the next one sets for itself. */
const NOT_FORWARDED = ['connection', 'content-length', 'host', 'keep-alive', 'transfer-encoding']

/** Stands in front of a service that runs elsewhere, so that its calls can be observed and refused. */
export class ForwardingService implements WireService {
  readonly name: string
  readonly #endpoint: string
  readonly #agent = new Agent({ keepAlive: true })

  constructor(name: string, endpoint: string) {
    this.name = name
    this.#endpoint = endpoint
  }

  async handle(request: WireRequest): Promise<WireResponse> {
    const response = await this.#send(request)
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    return {
      status: response.statusCode ?? 500,
      headers: forwarded(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
      body: Buffer.concat(chunks),
    }
  }

  async close(): Promise<void> {
    this.#agent.destroy()
  }

  #send({ method, path, query, headers, body }: WireRequest): Promise<IncomingMessage> {
    const url = new URL(path, this.#endpoint)
    url.search = query.toString()
    return new Promise((resolve, reject) => {
      const outgoing = send(
        url,
        {
          method,
          agent: this.#agent,
          headers: { ...forwarded(Object.entries(headers)), 'content-length': body.length },
        },
        resolve,
      )
      outgoing.on('error', reject).end(body)
    })
  }
}

const forwarded = (headers: Iterable<readonly [string, string]>) =>
  Object.fromEntries([...headers].filter(([name]) => !NOT_FORWARDED.includes(name)))
