import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { encodings } from '../domain/target/secret-encodings.ts'

/** How a target hands back what it was given. */
type Leak = (encoded: string, response: ServerResponse, request: IncomingMessage, turn: number) => unknown

/** Text of headers as a server sends it: bytes of UTF-8, and nothing that would end the header. */
const inHeader = (text: string) => Buffer.from(text.replaceAll(/[\r\n\0]/g, '')).toString('latin1')

const LEAKS: Readonly<Record<string, Leak>> = {
  body: (encoded, response) => response.end(`You said: ${encoded}.`),
  json: (encoded, response) => response.end(JSON.stringify({ echo: { said: encoded, list: [`x${encoded}`] } })),
  html: (encoded, response) => response.end(`<p title='${encoded}'>${encoded}</p>`.repeat(30)),
  header: (encoded, response) =>
    response.writeHead(200, { 'x-echo': inHeader(encoded), etag: inHeader(`"${encoded}"`) }).end(),
  cookie: (encoded, response) =>
    response.writeHead(200, { 'set-cookie': [`a=1`, `s=${inHeader(encoded)}; Path=/`] }).end(),
  error: (encoded, response) => response.writeHead(500).end(`Traceback: KeyError ${encoded}`),
  refusal: (encoded, response) =>
    response.writeHead(403, { 'www-authenticate': inHeader(`Bearer realm="${encoded}"`) }).end(encoded),
  /** Fails and succeeds by turns. */
  moody: (encoded, response, _request, turn) => response.writeHead(turn % 2 ? 200 : 503).end(`Mood: ${encoded}`),
  assertion: (encoded, response) => response.end(JSON.stringify({ success: encoded })),
  redirect: (encoded, response, { url }) =>
    url?.startsWith('/again')
      ? response.end(`followed to ${encoded}`)
      : response.writeHead(302, { location: `/again?k=${encodeURIComponent(encoded)}` }).end(encoded),
  blockedRedirect: (encoded, response) =>
    response.writeHead(307, { location: `http://${encodeURIComponent(encoded)}@169.254.169.254/` }).end(),
  wrongRedirect: (encoded, response) => response.writeHead(302, { location: inHeader(`http://[${encoded}`) }).end(),
  strangeRedirect: (encoded, response) =>
    response.writeHead(302, { location: inHeader(`${encoded.replaceAll(':', '')}://x/`) }).end(),
  chunks: async (encoded, response) => {
    response.socket?.setNoDelay()
    for (const character of `chunks ${encoded} end`) {
      response.write(character)
      await new Promise((resolve) => setImmediate(resolve))
    }
    response.end()
  },
  brokenOff: (encoded, response) => {
    response.writeHead(200, { 'content-length': '100000' }).write(`half of ${encoded}`)
    setTimeout(() => response.destroy(), 5)
  },
  atTheLimit: (encoded, response) =>
    response.end(`${'.'.repeat(16_384 - Math.floor(encoded.length / 2))}${encoded}${'.'.repeat(100)}`),
  pastTheLimit: (encoded, response) => response.end(`${'.'.repeat(16_384 + 200)}${encoded}`.padEnd(400_000, encoded)),
  noHttp: (encoded, response) => response.socket?.end(`${encoded}\r\n\r\n`),
}

/** The ways to leak; each is a path of the target. */
export const leaks: readonly string[] = Object.keys(LEAKS)

/** Marks the address of a notification: it is kept as it came, and turns are counted apart. */
export const TOLD = '?told'

/** A target that hands `secret` back in the way that its path asks for, in one encoding after the other. */
export async function startCanaryTarget(secret: string, host = '127.0.0.1') {
  const asked = new Map<string, number>()
  /** What came as a notification: names and values of headers, and the body. */
  const told: { readonly headers: readonly string[]; readonly body: string }[] = []
  const server = createServer((request, response) => {
    const { url = '', rawHeaders } = request
    const leak = /^\/again/.test(url) ? 'redirect' : (/^\/(\w+)/.exec(url)?.[1] ?? '')
    const isTold = url.endsWith(TOLD)
    const counted = isTold ? `${leak}, told` : leak
    const turn = asked.get(counted) ?? 0
    asked.set(counted, turn + 1)
    // The two requests of a redirect count as one.
    const index = leak === 'redirect' ? Math.floor(turn / 2) : turn
    const encoded = encodings[index % encodings.length]?.encode(secret) ?? secret
    const chunks: Buffer[] = []
    if (isTold) request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.resume().on('end', () => {
      if (isTold) told.push({ headers: rawHeaders, body: Buffer.concat(chunks).toString() })
      return LEAKS[leak] ? LEAKS[leak](encoded, response, request, turn) : response.end()
    })
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    told,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
