import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { Capture } from './capture.ts'
import { untilAborted } from './deadline.ts'
import type { Hop } from './hop.ts'
import { closedEarly, exchangeFailure, SendFailure } from './send-failure.ts'

// Imported as an ES module, node:http makes Node load its fetch implementation: 40 ms of a cold start.
const http = process.getBuiltinModule('node:http')

/** The most that the head of an answer may have, in bytes; trailers count too. */
const MOST_HEAD_BYTES = 32_768
/** Interim answers (1xx) that may come before the answer. */
const MOST_INTERIM_ANSWERS = 16
/** The most that Node reads from a connection in one go. */
const MOST_BYTES_AT_ONCE = 65_536
/** How much of a body is read and counted beyond what is captured; with what comes in one go, 1 MiB. */
const READ_PAST_CAPTURE_BYTES = 1_048_576 - MOST_BYTES_AT_ONCE
/**
 * Pieces of a body that are read, chunks or what comes in one go. Each costs some microseconds, were it of one byte; with eight
 * bytes in each, this is all that a success rule sees.
 */
const MOST_PIECES = 32_768

/** An answer whose head has come. */
export interface BegunAnswer {
  readonly request: ClientRequest
  readonly message: IncomingMessage
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** The first error of the exchange, if there was one. */
  readonly error: () => unknown
}

export interface CapturedBody {
  readonly body: Uint8Array
  readonly bodyBytes: number
  readonly truncated: boolean
}

/** Writes the request to a connection of its own and waits for the head of the answer. */
export function begin(hop: Hop, socket: Socket, userAgent: string, signal: AbortSignal): Promise<BegunAnswer> {
  const body = hop.body === null ? undefined : Buffer.from(hop.body)
  return untilAborted<BegunAnswer>(signal, (resolve, reject) => {
    let firstError: unknown
    const fail = (error: unknown) => {
      firstError ??= error
      reject(exchangeFailure(error))
    }
    const request = http.request({
      createConnection: () => socket,
      method: hop.method,
      path: `${hop.url.pathname}${hop.url.search}`,
      headers: requestHeaders(hop, body?.length, userAgent),
      setHost: false,
      maxHeaderSize: MOST_HEAD_BYTES,
      insecureHTTPParser: false,
    })
    let interim = 0
    request.on('information', () => {
      if (++interim > MOST_INTERIM_ANSWERS)
        request.destroy(new SendFailure('PROTOCOL', 'The target sends interim answers (1xx) without end.'))
    })
    request.on('upgrade', () => fail(new SendFailure('PROTOCOL', 'The target switches protocols (101) unasked.')))
    request.on('error', fail)
    request.on('response', (message) => {
      message.on('error', fail)
      const headers = answerHeaders(message.rawHeaders)
      resolve({ request, message, status: message.statusCode ?? 0, headers, error: () => firstError })
    })
    request.end(body)
    return () => request.destroy()
  })
}

/** Reads the body to its end, or until it is longer than what is captured by so much that the rest does not matter. */
export function readBody(answer: BegunAnswer, captureBytes: number, signal: AbortSignal): Promise<CapturedBody> {
  const { request, message } = answer
  return untilAborted<CapturedBody>(signal, (resolve, reject) => {
    const capture = new Capture(captureBytes)
    const most = captureBytes + READ_PAST_CAPTURE_BYTES
    const { socket } = message
    const readBefore = socket.bytesRead
    let bodyBytes = 0
    let pieces = 0
    const finish = (isWhole: boolean) =>
      resolve({ body: capture.bytes(), bodyBytes, truncated: !isWhole || bodyBytes > captureBytes })
    message.on('data', (chunk: Buffer) => {
      capture.add(chunk)
      bodyBytes += chunk.length
      // What came counts as well as what was in it: chunks of a byte are six times as long. Whoever opened the
      // connection closes it now, in the middle of the body.
      if (++pieces === MOST_PIECES || Math.max(bodyBytes, socket.bytesRead - readBefore) > most) finish(false)
    })
    message.on('end', () => finish(true))
    // The request's error tells that the body is wrongly framed; the message then merely says that it was cut short.
    message.on('close', () => reject(exchangeFailure(answer.error() ?? closedEarly())))
    return () => request.destroy()
  })
}

function requestHeaders(hop: Hop, bodyBytes: number | undefined, userAgent: string): Record<string, string> {
  const own = new Set(Object.keys(hop.headers).map((name) => name.toLowerCase()))
  const wantsLength = hop.method === 'POST' || hop.method === 'PUT' || hop.method === 'PATCH'
  const defaults = { accept: '*/*', 'user-agent': userAgent }
  return Object.fromEntries([
    ['host', hop.url.host],
    ...Object.entries(defaults).filter(([name]) => !own.has(name)),
    ...Object.entries(hop.headers)
      .filter(([name]) => name.toLowerCase() !== 'accept-encoding')
      // Node writes headers byte by byte; this makes the bytes UTF-8.
      .map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
    ['accept-encoding', 'identity'],
    ...(bodyBytes !== undefined || wantsLength ? [['content-length', String(bodyBytes ?? 0)]] : []),
  ])
}

function answerHeaders(raw: readonly string[]): Readonly<Record<string, string>> {
  const headers = new Map<string, string>()
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    const value = Buffer.from(raw[index + 1] ?? '', 'latin1').toString()
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return Object.fromEntries(headers)
}
