import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came over the wire. */
export type Arrived = { readonly headers: IncomingHttpHeaders; readonly body: string }

/** Answers a request, or mistreats it. @param number of the request, from 1. */
export type Answering = (response: ServerResponse, number: number) => unknown

/** A server that answers as it is told, request by request, and remembers what was asked. */
export type RoughServer = {
  readonly endpoint: string
  /** Since the last `answer`. */
  readonly arrived: readonly Arrived[]
  answer(answering: Answering): void
  stop(): Promise<void>
}

export async function startRoughServer(): Promise<RoughServer> {
  let answering: Answering = (response) => response.end('{}')
  let arrived: Arrived[] = []
  const server = createServer(async (request, response) => {
    const chunks = await Array.fromAsync(request)
    arrived.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    answering(response, arrived.length)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get arrived() {
      return arrived
    },
    answer(next) {
      arrived = []
      answering = next
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
