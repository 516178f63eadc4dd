import { connect, type Socket } from 'node:net'
import { isSameAddress } from '../../domain/target/address-policy.ts'
import { untilAborted } from './deadline.ts'
import { errorCode, SendFailure } from './send-failure.ts'

/** Opens a TCP connection to an IP address. */
export type OpenSocket = (address: string, port: number) => Socket

export const openBySystem: OpenSocket = (address, port) => connect({ host: address, port })

/** How long one address may be silent before the next is tried too (RFC 8305, section 5). */
const NEXT_ADDRESS_AFTER_MS = 250

/**
 * Connects to whichever of the addresses answers first, each a little later than the one before. The peer of the
 * connection is compared with the address that was asked for: nothing in between may have led it elsewhere.
 */
export async function connectToFirst(
  addresses: readonly string[],
  port: number,
  open: OpenSocket,
  signal: AbortSignal,
): Promise<Socket> {
  const { socket, address } = await untilAborted<Connected>(signal, (resolve, reject) =>
    race(addresses, port, open, resolve, reject),
  )
  if (isSameAddress(socket.remoteAddress ?? '', address)) return socket
  socket.destroy()
  throw new SendFailure('BLOCKED_TARGET', 'The connection ended at another address than the one that was checked.')
}

type Connected = { readonly socket: Socket; readonly address: string }

/** @returns how to give up: closes every socket. */
function race(
  addresses: readonly string[],
  port: number,
  open: OpenSocket,
  resolve: (connected: Connected) => void,
  reject: (error: unknown) => void,
): () => void {
  const waiting = [...addresses]
  const trying = new Set<Socket>()
  let timer: NodeJS.Timeout | undefined
  const stop = () => {
    clearTimeout(timer)
    waiting.length = 0
    for (const socket of trying) socket.destroy()
  }
  const tryNext = () => {
    clearTimeout(timer)
    const address = waiting.shift()
    if (address === undefined) return
    const socket = open(address, port)
    trying.add(socket)
    socket.on('error', (error) => {
      if (!trying.delete(socket)) return
      if (waiting.length > 0) tryNext()
      else if (trying.size === 0) reject(connectFailure(error))
    })
    socket.once('connect', () => {
      trying.delete(socket)
      stop()
      resolve({ socket, address })
    })
    if (waiting.length > 0) timer = setTimeout(tryNext, NEXT_ADDRESS_AFTER_MS)
  }
  tryNext()
  return stop
}

function connectFailure(error: unknown): unknown {
  const code = errorCode(error)
  switch (code) {
    case undefined:
      return error
    case 'ECONNREFUSED':
      return new SendFailure('CONNECT', 'The target refused the connection.', error)
    case 'ENETUNREACH':
    case 'EHOSTUNREACH':
      return new SendFailure('CONNECT', `There is no way to the target's address (${code}).`, error)
    case 'ETIMEDOUT':
      return new SendFailure('CONNECT', 'The target did not take the connection in time.', error)
    default:
      return new SendFailure('CONNECT', `The connection to the target could not be made (${code}).`, error)
  }
}
