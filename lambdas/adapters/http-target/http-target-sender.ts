import type { Socket } from 'node:net'
import { addressLiteral, effectivePort, type TargetUrlPolicy } from '../../domain/target/target-url.ts'
import type { SentAttempt, TargetRequest, TargetSender } from '../../ports/target-sender.ts'
import { connectToFirst, type OpenSocket, openBySystem } from './connect.ts'
import { startDeadline } from './deadline.ts'
import { begin, readBody } from './exchange.ts'
import { checkHop, type Hop, MOST_REDIRECTS, redirectedHop } from './hop.ts'
import { type ResolveHost, resolveBySystem, resolveTarget } from './resolve-target.ts'
import { SendFailure } from './send-failure.ts'
import { startTls } from './start-tls.ts'
import { Stopwatch } from './stopwatch.ts'

export interface HttpTargetSenderOptions {
  /** What may be called. It is asked again for each hop and each address, right before the connection. */
  readonly policy: TargetUrlPolicy
  /** Sent unless the job has a user-agent of its own, such as `Punctual/1.2.3`. */
  readonly userAgent: string
  /** @default the resolver of the machine */
  readonly resolve?: ResolveHost
  /** @default a TCP connection */
  readonly openSocket?: OpenSocket
  /** PEM certificates to trust instead of the well-known authorities. @default the well-known authorities */
  readonly trustedCertificates?: readonly string[]
}

/**
 * Calls targets over HTTP/1.1. Each hop resolves its host once, judges every address, and speaks over a connection of
 * its own that is pinned to one of them, so that nothing is reused between jobs and no proxy takes part.
 */
export function createHttpTargetSender(options: HttpTargetSenderOptions): TargetSender {
  return {
    async send(request, caller) {
      const stopwatch = new Stopwatch()
      const deadline = startDeadline(request.timeoutMs, stopwatch, caller)
      try {
        const answer = await followHops(request, options, stopwatch, deadline.signal)
        return { kind: 'response', ...answer, timings: stopwatch.finish() }
      } catch (error) {
        if (!(error instanceof SendFailure)) throw error
        return { kind: 'failure', code: error.code, message: error.message, timings: stopwatch.finish() }
      } finally {
        deadline.clear()
      }
    },
  }
}

type Answer = Omit<Extract<SentAttempt, { kind: 'response' }>, 'kind' | 'timings'>

async function followHops(
  request: TargetRequest,
  options: HttpTargetSenderOptions,
  stopwatch: Stopwatch,
  signal: AbortSignal,
): Promise<Answer> {
  let hop: Hop = { method: request.method, url: request.url, headers: request.headers, body: request.body }
  const seen = new Set<string>()
  for (;;) {
    checkHop(hop, options.policy)
    seen.add(keyOf(hop))
    const socket = await connectHop(hop, options, stopwatch, signal)
    try {
      stopwatch.enter('firstByte')
      const answer = await begin(hop, socket, options.userAgent, signal)
      const { status, headers } = answer
      const next = request.redirects === 'FOLLOW' ? redirectedHop(hop, status, headers.location) : undefined
      if (!next) {
        stopwatch.enter('download')
        const body = await readBody(answer, request.captureBytes, signal)
        return { status, headers, ...body, finalUrl: hop.url.href }
      }
      if (seen.has(keyOf(next))) throw new SendFailure('REDIRECT', 'The redirects of the target go round in a circle.')
      if (seen.size > MOST_REDIRECTS)
        throw new SendFailure('REDIRECT', `The target redirects more than ${MOST_REDIRECTS} times.`)
      hop = next
    } finally {
      socket.destroy()
    }
  }
}

async function connectHop(
  { url }: Hop,
  options: HttpTargetSenderOptions,
  stopwatch: Stopwatch,
  signal: AbortSignal,
): Promise<Socket> {
  const { policy, resolve = resolveBySystem, openSocket = openBySystem, trustedCertificates } = options
  if (addressLiteral(url) === undefined) stopwatch.enter('dns')
  const addresses = await resolveTarget(url, policy, resolve, signal)
  stopwatch.enter('connect')
  const socket = await connectToFirst(addresses, effectivePort(url), openSocket, signal)
  if (url.protocol === 'http:') return socket
  stopwatch.enter('tls')
  try {
    return await startTls(socket, url, trustedCertificates, signal)
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/** What makes a request the same as an earlier one; a fragment is not sent. */
const keyOf = ({ method, url }: Hop) => `${method} ${url.origin}${url.pathname}${url.search}`
