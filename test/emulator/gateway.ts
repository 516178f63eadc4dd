import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MiniStackClient } from './ministack-client.ts'

export type Gateway = { readonly url: string; close(): void }

/** Requests at the same time; each takes a process of its own, and more of them than cores only wait for each other. */
const MOST_AT_ONCE = 8

/**
 * Serves a deployed API where tests can reach it: `<id>.execute-api.<region>.amazonaws.com` has no address on this machine.
 * Requests and answers pass unchanged. Beside the API there is the mailbox of the local service, filled by the emulator.
 */
export async function openGateway(client: MiniStackClient, apiId: string): Promise<Gateway> {
  const take = turns(MOST_AT_ONCE)
  const server = createServer((incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://gateway')
    if (pathname === '/_local/mailbox') void answerMail(client, searchParams.get('to') ?? '', outgoing)
    else
      take((done) => {
        outgoing.once('close', done)
        forward(client, apiId, incoming, outgoing)
      })
  })
  // Longer than tests do something else in between.
  server.keepAliveTimeout = 120_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

type Turn = (done: () => void) => void

/** Lets so many have their turn at the same time, the others in the order in which they came. */
function turns(most: number): (turn: Turn) => void {
  const waiting: Turn[] = []
  let count = 0
  const next = () => {
    const turn = count < most ? waiting.shift() : undefined
    if (turn === undefined) return
    count++
    turn(() => {
      count--
      next()
    })
  }
  return (turn) => {
    waiting.push(turn)
    next()
  }
}

function forward(client: MiniStackClient, apiId: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const fail = (error: Error) => {
    if (outgoing.headersSent) outgoing.destroy()
    else outgoing.writeHead(502).end(`The emulator: ${error.message}`)
  }
  const forwarded = client.callApi(apiId, incoming, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
    answer.on('error', fail)
  })
  forwarded.on('error', fail)
  incoming.pipe(forwarded)
}

async function answerMail(client: MiniStackClient, address: string, outgoing: ServerResponse): Promise<void> {
  try {
    const messages = await client.mailTo(address)
    outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ messages }))
  } catch (error) {
    outgoing.writeHead(502).end(String(error))
  }
}
