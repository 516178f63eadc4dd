import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { OpenSocket } from '../../../lambdas/adapters/http-target/connect.ts'
import {
  createHttpTargetSender,
  type HttpTargetSenderOptions,
} from '../../../lambdas/adapters/http-target/http-target-sender.ts'
import { parseCidrs } from '../../../lambdas/domain/target/address-policy.ts'
import type { SentAttempt, TargetRequest } from '../../../lambdas/ports/target-sender.ts'

export const certificate = (name: string) => readFileSync(new URL(`certificates/${name}.pem`, import.meta.url), 'utf8')

const parsed = parseCidrs('127.0.0.0/8,::1/128')
if (!parsed.ok) throw new Error(parsed.problem)
export const loopback = parsed.cidrs

/** A sender that may reach this machine, and for which every name leads to it. */
export function localSender(options: Partial<HttpTargetSenderOptions> = {}) {
  return createHttpTargetSender({
    policy: { allowCidrs: loopback },
    userAgent: 'Punctual/test',
    resolve: async () => ['127.0.0.1'],
    trustedCertificates: [certificate('authority')],
    ...options,
  })
}

export function requestTo(url: string, more: Partial<TargetRequest> = {}): TargetRequest {
  const defaults = {
    method: 'GET',
    headers: {},
    body: null,
    timeoutMs: 5000,
    redirects: 'NONE',
    captureBytes: 65_536,
  } as const
  return { ...defaults, ...more, url: new URL(url) }
}

/** Narrows, with the whole attempt in the message when it ended otherwise. */
export function answered(attempt: SentAttempt) {
  if (attempt.kind !== 'response') throw new Error(`expected an answer, got ${JSON.stringify(attempt)}`)
  return { ...attempt, text: Buffer.from(attempt.body).toString() }
}

export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: http.IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: string
}

/** An HTTP server that records what it was asked. */
export async function serve(answer: (seen: Seen, response: http.ServerResponse) => void, tls?: https.ServerOptions) {
  const requests: Seen[] = []
  const listener: http.RequestListener = async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers, rawHeaders } = request
    const seen = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString() }
    requests.push(seen)
    answer(seen, response)
  }
  const server = tls ? https.createServer(tls, listener) : http.createServer(listener)
  const { port, connections } = await listen(server)
  return { port, requests, connections }
}

/** A TCP server that says what it likes. */
export async function serveRaw(onConnection: (socket: Socket) => void) {
  const { port } = await listen(net.createServer(onConnection))
  return port
}

async function listen(server: net.Server) {
  const connections = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => connections.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of connections) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return { port: (server.address() as AddressInfo).port, connections }
}

/** Counts the connections asked for and makes none, so that a broken guard shows without anything leaving the machine. */
export function countingSockets() {
  const asked: string[] = []
  const openSocket: OpenSocket = (address) => {
    asked.push(address)
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
    return new Socket().destroy(refused)
  }
  return { asked, openSocket }
}

/** Counts the client sockets that anything in this process opens from now on. */
export function spyOnSockets() {
  const opened: unknown[] = []
  const count = (message: unknown) => void opened.push(message)
  subscribe('net.client.socket', count)
  onTestFinished(() => void unsubscribe('net.client.socket', count))
  return opened
}
