import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { answered, certificate, localSender, requestTo, serve, serveRaw } from './local-target.ts'

/** Says something once the request has come. */
const saying = (text: string | Buffer, then: (socket: Socket) => void = () => {}) =>
  serveRaw((socket) =>
    socket.once('data', () => {
      socket.write(text)
      then(socket)
    }),
  )
const send = (port: number, more = {}) => localSender().send(requestTo(`http://target.example.com:${port}/`, more))
const every = (ms: number, run: () => void) => {
  const timer = setInterval(run, ms)
  onTestFinished(() => clearInterval(timer))
}

describe('time', () => {
  it.each([
    ['never answers', 'the answer had not begun', () => serveRaw(() => {})],
    [
      'drips its head',
      'the answer had not begun',
      () => saying('HTTP/1.1 200 OK\r\nx-slow: ', (socket) => every(10, () => socket.write('a'))),
    ],
    [
      'drips its body',
      'the answer was still coming',
      () => saying('HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n', (socket) => every(10, () => socket.write('a'))),
    ],
  ])('ends with TIMEOUT when the target %s', async (_, where, start) => {
    const port = await start()
    const begun = performance.now()
    const attempt = await send(port, { timeoutMs: 300 })
    expect(attempt).toMatchObject({ kind: 'failure', code: 'TIMEOUT', message: expect.stringContaining(where) })
    expect(performance.now() - begun).toBeLessThan(1300)
  })

  it('ends with TIMEOUT when a name is never resolved', async () => {
    const sender = localSender({ resolve: () => new Promise(() => {}) })
    const attempt = await sender.send(requestTo('http://target.example.com/', { timeoutMs: 50 }))
    expect(attempt).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('name was being looked up') })
  })

  it('ends with TIMEOUT when TLS never gets going', async () => {
    const port = await serveRaw(() => {})
    const attempt = await localSender().send(requestTo(`https://target.example.com:${port}/`, { timeoutMs: 100 }))
    expect(attempt).toMatchObject({ code: 'TIMEOUT', message: expect.stringContaining('TLS') })
  })

  it('counts redirects into the one timeout', async () => {
    const target = await serve(
      ({ url }, response) => void setTimeout(() => response.writeHead(302, { location: `${url}x` }).end(), 150),
    )
    const attempt = await send(target.port, { timeoutMs: 400, redirects: 'FOLLOW' })
    expect(attempt).toMatchObject({ code: 'TIMEOUT' })
  })

  it('ends with ABORTED as soon as the caller says so', async () => {
    const caller = new AbortController()
    const target = await serve(() => caller.abort())
    const url = `http://target.example.com:${target.port}/`
    expect(await localSender().send(requestTo(url), caller.signal)).toMatchObject({ code: 'ABORTED' })
    await expect.poll(() => target.connections.size).toBe(0)
    expect(await localSender().send(requestTo(url), caller.signal)).toMatchObject({ code: 'ABORTED' })
    expect(target.requests).toHaveLength(1)
  })
})

describe('size', () => {
  it('keeps what is asked for and counts the rest', async () => {
    const target = await serve((_, response) => response.end('abcdefghij'))
    const at = async (captureBytes: number) => answered(await send(target.port, { captureBytes }))
    expect(await at(4)).toMatchObject({ text: 'abcd', bodyBytes: 10, truncated: true })
    expect(await at(10)).toMatchObject({ text: 'abcdefghij', bodyBytes: 10, truncated: false })
    expect(await at(0)).toMatchObject({ text: '', bodyBytes: 10, truncated: true })
  })

  it('stops reading a body without end, 1 MiB past what is kept', async () => {
    const chunk = 'x'.repeat(65_536)
    const target = await serve((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    const attempt = answered(await send(target.port, { captureBytes: 1000 }))
    expect(attempt).toMatchObject({ status: 200, truncated: true })
    expect(attempt.body).toHaveLength(1000)
    expect(attempt.bodyBytes).toBeGreaterThan(1_048_576 - 2 * 65_536)
    expect(attempt.bodyBytes).toBeLessThanOrEqual(1_048_576 + 1000)
    await expect.poll(() => target.connections.size).toBe(0)
  })

  it.each([
    [1, 32_768],
    [4, 131_072],
  ])('stops reading a body in pieces of %i bytes, each of which costs as much as thousands', async (size, read) => {
    const pieces = `${size}\r\n${'x'.repeat(size)}\r\n`.repeat(60_000)
    const port = await saying(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${pieces}0\r\n\r\n`)
    const attempt = answered(await send(port, { captureBytes: 262_144 }))
    expect(attempt.truncated).toBe(true)
    // What comes in one go may end within a piece, and makes two of it.
    expect(attempt.bodyBytes).toBeGreaterThan(read - 100)
    expect(attempt.bodyBytes).toBeLessThanOrEqual(read)
  })

  it('reads a body in pieces of the size of lines to its end', async () => {
    const pieces = '10\r\n0123456789abcdef\r\n'.repeat(20_000)
    const port = await saying(`HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${pieces}0\r\n\r\n`)
    expect(answered(await send(port, { captureBytes: 262_144 }))).toMatchObject({ bodyBytes: 320_000, truncated: true })
  })

  it('never inflates what is compressed', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000))
    const target = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb))
    expect(answered(await send(target.port)).bodyBytes).toBe(bomb.length)
  })

  it('refuses a head of megabytes, in one header or in many', async () => {
    const one = await saying(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(10_000_000)}\r\n\r\n`)
    const many = await saying(`HTTP/1.1 200 OK\r\n${'x: a\r\n'.repeat(1_000_000)}\r\n`)
    const trailer = await saying(
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx: ${'a'.repeat(1_000_000)}\r\n\r\n`,
    )
    for (const port of [one, many, trailer])
      expect(await send(port)).toMatchObject({ code: 'PROTOCOL', message: 'The head of the answer is too large.' })
  })

  it('takes a head of 16 KB', async () => {
    const port = await saying(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(16_000)}\r\ncontent-length: 2\r\n\r\nok`)
    expect(answered(await send(port)).text).toBe('ok')
  })
})

describe('wrong answers', () => {
  it.each([
    ['an SSH greeting', 'SSH-2.0-OpenSSH_9.6\r\n', 'PROTOCOL'],
    ['a mail greeting', '220 mail.example.com ESMTP\r\n', 'PROTOCOL'],
    ['HTTP/2', Buffer.from('000012040000000000000300000080', 'hex'), 'PROTOCOL'],
    ['HTTP/0.9', '<html>hello</html>', 'PROTOCOL'],
    ['a TLS alert', Buffer.from('15030100020246', 'hex'), 'PROTOCOL'],
    ['an impossible status', 'HTTP/1.1 99 What\r\n\r\n', 'PROTOCOL'],
    ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab', 'PROTOCOL'],
    [
      'a length and chunks',
      'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      'PROTOCOL',
    ],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 'PROTOCOL'],
    ['a header with a bare line feed', 'HTTP/1.1 200 OK\r\nx: a\rb\r\n\r\n', 'PROTOCOL'],
    [
      'a switch to another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      'PROTOCOL',
    ],
    ['interim answers without end', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100), 'PROTOCOL'],
  ])('ends with a precise code on %s', async (_, text, code) => {
    const port = await saying(text)
    expect(await send(port, { timeoutMs: 2000 })).toMatchObject({ kind: 'failure', code })
  })

  it('passes over a few interim answers', async () => {
    const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'
    const port = await saying(`${interim}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok`)
    expect(answered(await send(port)).text).toBe('ok')
  })

  it.each([
    ['before a byte', ''],
    ['in the head', 'HTTP/1.1 200 OK\r\ncontent-'],
    ['in a body with a length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc'],
    ['in a chunked body', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nab'],
  ])('ends with RESET when the connection ends %s', async (_, text) => {
    for (const end of [
      (socket: Socket) => socket.end(),
      (socket: Socket) => setTimeout(() => socket.resetAndDestroy(), 20),
    ]) {
      const port = await saying(text, end)
      expect(await send(port)).toMatchObject({ kind: 'failure', code: 'RESET' })
    }
  })

  it('takes a body that ends with the connection', async () => {
    const port = await saying('HTTP/1.1 200 OK\r\n\r\nall of it', (socket) => socket.end())
    expect(answered(await send(port))).toMatchObject({ text: 'all of it', truncated: false })
  })

  it('reads no further than the length that was given', async () => {
    const port = await saying('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcHTTP/1.1 500 Injected\r\n\r\n')
    expect(answered(await send(port))).toMatchObject({ status: 200, text: 'abc', bodyBytes: 3 })
  })

  it('takes headers with the names of object members for what they are', async () => {
    const port = await saying('HTTP/1.1 204 No Content\r\n__proto__: a\r\nconstructor: b\r\n\r\n')
    const { headers } = answered(await send(port))
    expect(Object.entries(headers)).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ])
  })

  it('does not ask for http/2', async () => {
    const port = await serve((_, response) => response.end('one'), {
      cert: certificate('target'),
      key: certificate('target-key'),
      ALPNProtocols: ['h2', 'http/1.1'],
    })
    expect(answered(await localSender().send(requestTo(`https://target.example.com:${port.port}/`))).text).toBe('one')
  })
})
