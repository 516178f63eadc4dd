import type { WireRequest, WireResponse, WireService } from './wire-service.ts'

/** Headers of one connection, or that no longer fit once the body was decoded. */
const NOT_FORWARDED = ['connection', 'content-encoding', 'content-length', 'host', 'keep-alive', 'transfer-encoding']

/** Stands in front of a service that runs elsewhere, so that its calls can be observed. */
export class ForwardingService implements WireService {
  readonly name: string
  readonly #endpoint: string

  constructor(name: string, endpoint: string) {
    this.name = name
    this.#endpoint = endpoint
  }

  async handle({ method, path, headers, body }: WireRequest): Promise<WireResponse> {
    const response = await fetch(new URL(path, this.#endpoint), {
      method,
      headers: forwarded(Object.entries(headers)),
      ...(method !== 'GET' && method !== 'HEAD' && { body: Buffer.from(body) }),
    })
    return { status: response.status, headers: forwarded(response.headers), body: await response.bytes() }
  }

  async close(): Promise<void> {}
}

const forwarded = (headers: Iterable<readonly [string, string]>) =>
  Object.fromEntries([...headers].filter(([name]) => !NOT_FORWARDED.includes(name)))
