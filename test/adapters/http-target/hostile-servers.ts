import type { Socket } from 'node:net'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'

/** What a server does to whoever connects. Timers are stopped when the connection ends. */
export type Misbehaviour = (socket: Socket) => void

/** How one attempt at such a server has to end. */
export type HostileServer = {
  readonly name: string
  readonly serve: Misbehaviour
  readonly ends: { readonly code: string } | { readonly status: number; readonly bodyBytes?: number }
  readonly scheme?: 'https'
  readonly redirects?: 'FOLLOW'
}

const asked =
  (answer: Misbehaviour): Misbehaviour =>
  (socket) =>
    void socket.once('data', () => answer(socket))
const saying = (text: string | Buffer): Misbehaviour => asked((socket) => void socket.write(text))
const sayingAndEnding = (text: string): Misbehaviour => asked((socket) => void socket.end(text))
const answering = (head: string, body: string | Buffer = ''): Misbehaviour =>
  asked((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n`)
    socket.write(body)
  })

/** Writes as fast as it is read, without end. */
const flood = (before: string, chunk: string | Buffer): Misbehaviour =>
  asked((socket) => {
    const more = () => {
      while (!socket.destroyed && socket.write(chunk));
      if (!socket.destroyed) socket.once('drain', more)
    }
    socket.write(before)
    more()
  })

/** Writes a little again and again, without end. */
const drip = (
  before: string | Buffer,
  drop: string | Buffer,
  at: 'once asked' | 'at once' = 'once asked',
): Misbehaviour => {
  const dripping: Misbehaviour = (socket) => {
    socket.write(before)
    const timer = setInterval(() => socket.write(drop), 15)
    socket.once('close', () => clearInterval(timer))
  }
  return at === 'at once' ? dripping : asked(dripping)
}

const OK = 'HTTP/1.1 200 OK\r\n'
const FILLER = 'x'.repeat(65_536)
const zeros = Buffer.alloc(100_000_000)
/** Each some hundred bytes to a hundred kilobytes, and a hundred megabytes when it goes off. */
const bombs = { gzip: gzipSync(zeros), deflate: deflateSync(zeros), br: brotliCompressSync(zeros) }
const bombOf = (encoding: keyof typeof bombs): HostileServer => ({
  name: `a ${encoding} bomb`,
  serve: answering(`content-encoding: ${encoding}\r\ncontent-length: ${bombs[encoding].length}\r\n`, bombs[encoding]),
  ends: { status: 200, bodyBytes: bombs[encoding].length },
})
const reset: Misbehaviour = (socket) => void setTimeout(() => socket.resetAndDestroy(), 20)

export const hostileServers: readonly HostileServer[] = [
  { name: 'silence', serve: () => {}, ends: { code: 'TIMEOUT' } },
  { name: 'a head that drips', serve: drip(`${OK}x: `, 'a'), ends: { code: 'TIMEOUT' } },
  { name: 'a body that drips', serve: drip(`${OK}content-length: 100000\r\n\r\n`, 'a'), ends: { code: 'TIMEOUT' } },
  {
    name: 'chunks that drip',
    serve: drip(`${OK}transfer-encoding: chunked\r\n\r\n`, '1\r\na\r\n'),
    ends: { code: 'TIMEOUT' },
  },
  { name: 'a body without end', serve: flood(`${OK}\r\n`, FILLER), ends: { status: 200 } },
  {
    name: 'chunks without end',
    serve: flood(`${OK}transfer-encoding: chunked\r\n\r\n`, `10000\r\n${FILLER}\r\n`),
    ends: { status: 200 },
  },
  {
    name: 'chunks of a byte without end',
    serve: flood(`${OK}transfer-encoding: chunked\r\n\r\n`, '1\r\nx\r\n'.repeat(10_000)),
    ends: { status: 200 },
  },
  {
    name: 'a petabyte by its length',
    serve: flood(`${OK}content-length: 1125899906842624\r\n\r\n`, FILLER),
    ends: { status: 200 },
  },
  {
    name: 'a length that is too long, then the end',
    serve: sayingAndEnding(`${OK}content-length: 100\r\n\r\nabc`),
    ends: { code: 'RESET' },
  },
  {
    name: 'a length that is too long, then nothing',
    serve: answering('content-length: 100\r\n', 'abc'),
    ends: { code: 'TIMEOUT' },
  },
  {
    name: 'a length that is too short',
    serve: answering('content-length: 3\r\n', FILLER),
    ends: { status: 200, bodyBytes: 3 },
  },
  { name: 'a length below zero', serve: answering('content-length: -1\r\n', 'abc'), ends: { code: 'PROTOCOL' } },
  bombOf('gzip'),
  bombOf('deflate'),
  bombOf('br'),
  { name: 'a header of 10 MB', serve: saying(`${OK}x: ${'a'.repeat(10_000_000)}\r\n\r\n`), ends: { code: 'PROTOCOL' } },
  { name: '10 MB of headers', serve: saying(`${OK}${'x: a\r\n'.repeat(1_700_000)}\r\n`), ends: { code: 'PROTOCOL' } },
  { name: 'headers without end', serve: flood(OK, 'x: a\r\n'.repeat(1000)), ends: { code: 'PROTOCOL' } },
  {
    name: 'a reason phrase of 10 MB',
    serve: saying(`HTTP/1.1 200 ${'a'.repeat(10_000_000)}\r\n\r\n`),
    ends: { code: 'PROTOCOL' },
  },
  {
    name: 'a chunk extension of 10 MB',
    serve: saying(`${OK}transfer-encoding: chunked\r\n\r\n1;${'a'.repeat(10_000_000)}\r\nx\r\n`),
    ends: { code: 'PROTOCOL' },
  },
  {
    name: 'a trailer of 10 MB',
    serve: saying(`${OK}transfer-encoding: chunked\r\n\r\n0\r\nx: ${'a'.repeat(10_000_000)}\r\n\r\n`),
    ends: { code: 'PROTOCOL' },
  },
  {
    name: 'a chunk of endless length',
    serve: saying(`${OK}transfer-encoding: chunked\r\n\r\n${'f'.repeat(40)}\r\n`),
    ends: { code: 'PROTOCOL' },
  },
  { name: 'a reset before the head', serve: asked(reset), ends: { code: 'RESET' } },
  {
    name: 'a reset in the head',
    serve: asked((socket) => {
      socket.write(`${OK}x`)
      reset(socket)
    }),
    ends: { code: 'RESET' },
  },
  {
    name: 'a reset in the body',
    serve: asked((socket) => {
      socket.write(`${OK}content-length: 9\r\n\r\nabc`)
      reset(socket)
    }),
    ends: { code: 'RESET' },
  },
  {
    name: 'the greeting of SSH',
    serve: (socket) => void socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
    ends: { code: 'PROTOCOL' },
  },
  {
    name: 'the greeting of a mail server',
    serve: (socket) => void socket.write('220 mail.example.com ESMTP\r\n'),
    ends: { code: 'PROTOCOL' },
  },
  { name: 'HTTP/0.9', serve: sayingAndEnding('<html>hello</html>'), ends: { code: 'PROTOCOL' } },
  { name: 'HTTP/2', serve: saying(Buffer.from('000012040000000000000300000080', 'hex')), ends: { code: 'PROTOCOL' } },
  { name: 'TLS on a port of HTTP', serve: saying(Buffer.from('15030300020246', 'hex')), ends: { code: 'PROTOCOL' } },
  {
    name: 'HTTP on a port of TLS',
    serve: saying('HTTP/1.1 400 Bad Request\r\n\r\n'),
    ends: { code: 'TLS' },
    scheme: 'https',
  },
  {
    name: 'SSH on a port of TLS',
    serve: (socket) => void socket.write('SSH-2.0-OpenSSH_9.6\r\n'),
    ends: { code: 'TLS' },
    scheme: 'https',
  },
  { name: 'a handshake that never begins', serve: () => {}, ends: { code: 'TIMEOUT' }, scheme: 'https' },
  {
    name: 'a handshake that drips',
    serve: drip(Buffer.from('1603030fff02000ffb0303', 'hex'), Buffer.from('00', 'hex')),
    ends: { code: 'TIMEOUT' },
    scheme: 'https',
  },
  { name: 'a flood in a handshake', serve: flood('', FILLER), ends: { code: 'TLS' }, scheme: 'https' },
  {
    name: 'interim answers without end',
    serve: flood('', 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'.repeat(100)),
    ends: { code: 'PROTOCOL' },
  },
  { name: 'interim answers that drip', serve: drip('', 'HTTP/1.1 100 Continue\r\n\r\n'), ends: { code: 'PROTOCOL' } },
  {
    name: 'a switch of protocols',
    serve: flood('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n', FILLER),
    ends: { code: 'PROTOCOL' },
  },
  {
    name: 'a redirect to itself with a body without end',
    serve: flood('HTTP/1.1 302 Found\r\nlocation: /\r\n\r\n', FILLER),
    ends: { code: 'REDIRECT' },
    redirects: 'FOLLOW',
  },
  {
    name: 'a location of 30 KB',
    serve: saying(`HTTP/1.1 302 Found\r\nlocation: /${'a'.repeat(30_000)}\r\n\r\n`),
    ends: { code: 'REDIRECT' },
    redirects: 'FOLLOW',
  },
]
