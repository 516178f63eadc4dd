import { createServer, type IncomingMessage, type Server } from 'node:http'

/** Largest body that is sent back, in bytes. */
const LARGEST_BODY_BYTES = 64 * 1024

/** A target for first jobs: answers every request with what it got. */
export class EchoTarget {
  readonly #server: Server
  readonly port: number

  private constructor(server: Server, port: number) {
    this.#server = server
    this.port = port
  }

  /** @param wantedPort where it was before; when that port is taken now, any free one. 0 for any. */
  static async start(wantedPort: number): Promise<EchoTarget> {
    return (await listen(wantedPort)) ?? (await listen(0)) ?? Promise.reject(new Error('There is no free port'))
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/echo`
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  static async #opened(server: Server): Promise<EchoTarget> {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('The echo target has no port')
    return new EchoTarget(server, address.port)
  }

  static readonly from = (server: Server): Promise<EchoTarget> => EchoTarget.#opened(server)
}

/** Undefined when the port is taken. */
function listen(port: number): Promise<EchoTarget | undefined> {
  const server = createServer(async (request, response) => {
    const body = await readStart(request)
    const { method, url: path, headers } = request
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ method, path, headers, body }))
  })
  return new Promise((resolve, reject) => {
    server.once('error', (error) => ('code' in error && error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
    server.listen(port, '127.0.0.1', () => resolve(EchoTarget.from(server)))
  })
}

async function readStart(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).subarray(0, LARGEST_BODY_BYTES).toString('utf8')
}
