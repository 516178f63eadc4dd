import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** A target for first jobs: answers every request with what it got. */
export type EchoTarget = { readonly port: number; readonly url: string; close(): void }

/** Most of a body that is sent back, in bytes. */
const MOST_BODY_BYTES = 64 * 1024

/** @param wantedPort where it was before; when that is taken by now, any free one. 0 for any. */
export async function startEchoTarget(wantedPort: number): Promise<EchoTarget> {
  try {
    return await listen(wantedPort)
  } catch (error) {
    if (wantedPort === 0) throw error
    return listen(0)
  }
}

function listen(wantedPort: number): Promise<EchoTarget> {
  const server = createServer((request, response) => void echo(request, response))
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(wantedPort, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : wantedPort
      const close = () => {
        server.close()
        server.closeAllConnections()
      }
      resolve({ port, url: `http://127.0.0.1:${port}/echo`, close })
    })
  })
}

async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request) {
      if (bytes < MOST_BODY_BYTES) chunks.push(chunk)
      bytes += chunk.length
    }
  } catch {
    // The caller hung up; nobody waits for an answer.
    return
  }
  const body = Buffer.concat(chunks).subarray(0, MOST_BODY_BYTES).toString('utf8')
  const { method, url: path, headers } = request
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify({ method, path, headers, body }))
}
