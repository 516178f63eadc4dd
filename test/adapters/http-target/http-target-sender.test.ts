import { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { openBySystem } from '../../../lambdas/adapters/http-target/connect.ts'
import { resolveBySystem } from '../../../lambdas/adapters/http-target/resolve-target.ts'
import { freePort } from '../../../local/free-port.ts'
import {
  answered,
  certificate,
  localSender,
  loopback,
  requestTo,
  serve,
  serveRaw,
  spyOnSockets,
} from './local-target.ts'

const tls = { cert: certificate('target'), key: certificate('target-key') }

describe('a call', () => {
  it('sends method, path, query, headers and body, and hands back the answer', async () => {
    const target = await serve((_, response) =>
      response.writeHead(201, { 'content-type': 'application/json', 'x-two': ['a', 'b'] }).end('{"ok":true}'),
    )
    const attempt = answered(
      await localSender().send(
        requestTo(`http://target.example.com:${target.port}/a%20b?c=d%2Fe#never-sent`, {
          method: 'POST',
          headers: { 'X-Cron-Secret': 'abc=', 'Content-Type': 'application/json' },
          body: '{"é":1}',
        }),
      ),
    )
    expect(attempt).toMatchObject({
      status: 201,
      text: '{"ok":true}',
      bodyBytes: 11,
      truncated: false,
      headers: { 'content-type': 'application/json', 'x-two': 'a, b' },
    })
    expect(target.requests).toEqual([
      expect.objectContaining({ method: 'POST', url: '/a%20b?c=d%2Fe', body: '{"é":1}' }),
    ])
    expect(target.requests[0]?.headers).toEqual({
      host: `target.example.com:${target.port}`,
      accept: '*/*',
      'user-agent': 'Punctual/test',
      'x-cron-secret': 'abc=',
      'content-type': 'application/json',
      'accept-encoding': 'identity',
      'content-length': '8',
      connection: 'close',
    })
  })

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)(
    'can be made with %s, with and without a body',
    async (method) => {
      const target = await serve((_, response) => response.end('fine'))
      const url = `http://target.example.com:${target.port}/`
      const bare = answered(await localSender().send(requestTo(url, { method })))
      const withBody = answered(await localSender().send(requestTo(url, { method, body: 'text' })))
      expect([bare.text, withBody.text]).toEqual(method === 'HEAD' ? ['', ''] : ['fine', 'fine'])
      expect(target.requests.map(({ body }) => body)).toEqual(['', 'text'])
      expect(target.requests.map(({ headers }) => headers['transfer-encoding'])).toEqual([undefined, undefined])
    },
  )

  it("lets a job's own user-agent and accept stand, and never asks for a compressed answer", async () => {
    const target = await serve((_, response) => response.end())
    const headers = { 'User-Agent': 'mine', ACCEPT: 'text/plain', 'Accept-Encoding': 'gzip' }
    await localSender().send(requestTo(`http://target.example.com:${target.port}/`, { headers }))
    expect(target.requests[0]?.headers).toMatchObject({
      'user-agent': 'mine',
      accept: 'text/plain',
      'accept-encoding': 'identity',
    })
  })

  it('sends and reads header values beyond ASCII as UTF-8', async () => {
    const target = await serve((seen, response) => response.setHeader('x-echo', seen.headers['x-name'] ?? '').end())
    const attempt = answered(
      await localSender().send(
        requestTo(`http://target.example.com:${target.port}/`, { headers: { 'x-name': 'Zoë 日本' } }),
      ),
    )
    expect(attempt.headers['x-echo']).toBe('Zoë 日本')
  })

  it('measures each phase it went through, and no other', async () => {
    const plain = await serve((_, response) => void setTimeout(() => response.end('x'), 40))
    const secure = await serve((_, response) => response.end('x'), tls)
    const named = answered(await localSender().send(requestTo(`https://target.example.com:${secure.port}/`)))
    expect(named.timings).toEqual({
      dnsMs: expect.any(Number),
      connectMs: expect.any(Number),
      tlsMs: expect.any(Number),
      firstByteMs: expect.any(Number),
      downloadMs: expect.any(Number),
      totalMs: expect.any(Number),
    })
    const literal = answered(await localSender().send(requestTo(`http://127.0.0.1:${plain.port}/`)))
    expect(literal.timings).toMatchObject({ dnsMs: null, tlsMs: null })
    expect(literal.timings.firstByteMs).toBeGreaterThanOrEqual(38)
    expect(literal.timings.totalMs).toBeGreaterThanOrEqual(literal.timings.firstByteMs ?? 0)
  })

  it('uses a connection of its own each time and leaves none behind', async () => {
    const target = await serve((_, response) => response.end('x'))
    const opened = spyOnSockets()
    const sender = localSender()
    await sender.send(requestTo(`http://target.example.com:${target.port}/`))
    await sender.send(requestTo(`http://target.example.com:${target.port}/`))
    expect(opened).toHaveLength(2)
    await expect.poll(() => target.connections.size).toBe(0)
  })

  it('leaves no TLS connection behind', async () => {
    const target = await serve((_, response) => void response.write('begun'), tls)
    const attempt = await localSender().send(
      requestTo(`https://target.example.com:${target.port}/`, { timeoutMs: 300 }),
    )
    expect(attempt).toMatchObject({ kind: 'failure', code: 'TIMEOUT' })
    await expect.poll(() => target.connections.size).toBe(0)
  })
})

describe('TLS', () => {
  it('speaks to a server that proves its name', async () => {
    const target = await serve((_, response) => response.end('secure'), tls)
    for (const host of ['target.example.com', '127.0.0.1'])
      expect(answered(await localSender().send(requestTo(`https://${host}:${target.port}/`))).text).toBe('secure')
  })

  it.each([
    ['the certificate is for another name', 'other.example.com', tls, 'is not for the host other.example.com'],
    [
      'the certificate has expired',
      'target.example.com',
      { cert: certificate('expired'), key: certificate('expired-key') },
      'has expired',
    ],
  ])('refuses when %s', async (_, host, options, message) => {
    const target = await serve((__, response) => response.end('secure'), options)
    const attempt = await localSender().send(requestTo(`https://${host}:${target.port}/`))
    expect(attempt).toMatchObject({ kind: 'failure', code: 'TLS', message: expect.stringContaining(message) })
    expect(target.requests).toEqual([])
  })

  it('refuses an authority that nobody trusts, whatever the environment says', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      const target = await serve((_, response) => response.end(), tls)
      const sender = localSender({ trustedCertificates: [certificate('expired')] })
      expect(await sender.send(requestTo(`https://target.example.com:${target.port}/`))).toMatchObject({ code: 'TLS' })
      expect(target.requests).toEqual([])
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
    }
  })

  it('says so when the port does not speak TLS, or hangs up', async () => {
    const plain = await serveRaw((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')))
    const closing = await serveRaw((socket) => socket.once('data', () => socket.resetAndDestroy()))
    for (const port of [plain, closing]) {
      const attempt = await localSender().send(requestTo(`https://target.example.com:${port}/`))
      expect(attempt).toMatchObject({ kind: 'failure', code: 'TLS' })
      expect(attempt.timings).toMatchObject({ tlsMs: expect.any(Number), firstByteMs: null, downloadMs: null })
    }
  })
})

describe('names and connections', () => {
  it.each([
    ['does not exist', 'ENOTFOUND', 'does not exist'],
    ['can’t be looked up now', 'EAI_AGAIN', 'EAI_AGAIN'],
  ])('fails with DNS when a name %s', async (_, code, message) => {
    const opened = spyOnSockets()
    const resolve = async () => Promise.reject(Object.assign(new Error(code), { code }))
    const attempt = await localSender({ resolve }).send(requestTo('http://nowhere.example.com/'))
    expect(attempt).toMatchObject({ kind: 'failure', code: 'DNS', message: expect.stringContaining(message) })
    expect(opened).toHaveLength(0)
  })

  it('fails with DNS when a name has no address', async () => {
    const attempt = await localSender({ resolve: async () => [] }).send(requestTo('http://nowhere.example.com/'))
    expect(attempt).toMatchObject({ code: 'DNS' })
  })

  it('throws what is a bug rather than an outcome', async () => {
    const resolve = async () => Promise.reject(new TypeError('not a DNS error'))
    await expect(localSender({ resolve }).send(requestTo('http://a.example.com/'))).rejects.toThrow('not a DNS error')
  })

  it('fails with CONNECT when nobody listens', async () => {
    const attempt = await localSender().send(requestTo(`http://target.example.com:${await freePort()}/`))
    expect(attempt).toMatchObject({ kind: 'failure', code: 'CONNECT', message: 'The target refused the connection.' })
    expect(attempt.timings).toMatchObject({ connectMs: expect.any(Number), firstByteMs: null })
  })

  it('goes on to the next address when one refuses', async () => {
    const target = await serve((_, response) => response.end('second'))
    const resolve = async () => ['::1', '127.0.0.2', '127.0.0.1']
    const attempt = answered(
      await localSender({ resolve }).send(requestTo(`http://target.example.com:${target.port}/`)),
    )
    expect(attempt.text).toBe('second')
  })

  it('goes on to the next address when one is silent, and closes the silent one', async () => {
    const target = await serve((_, response) => response.end('second'))
    const silent = new Socket()
    const attempt = answered(
      await localSender({
        resolve: async () => ['127.0.0.9', '127.0.0.1'],
        openSocket: (address, port) => (address === '127.0.0.9' ? silent : openBySystem(address, port)),
      }).send(requestTo(`http://target.example.com:${target.port}/`)),
    )
    expect(attempt.text).toBe('second')
    expect(attempt.timings.connectMs).toBeGreaterThanOrEqual(240)
    expect(silent.destroyed).toBe(true)
  })

  it('reaches localhost by the resolver of the machine where loopback is allowed', async () => {
    const target = await serve((_, response) => response.end('home'))
    const sender = localSender({ resolve: resolveBySystem, policy: { allowCidrs: loopback } })
    expect(answered(await sender.send(requestTo(`http://localhost:${target.port}/`))).text).toBe('home')
  })

  it('ignores proxies that the environment names', async () => {
    const proxy = await serve((_, response) => response.end('proxy'))
    const target = await serve((_, response) => response.end('target'))
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'NODE_USE_ENV_PROXY']
    const before = names.map((name) => [name, process.env[name]] as const)
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : `http://127.0.0.1:${proxy.port}`
    try {
      const attempt = await localSender().send(requestTo(`http://target.example.com:${target.port}/`))
      expect(answered(attempt).text).toBe('target')
      expect(proxy.requests).toEqual([])
    } finally {
      for (const [name, value] of before) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
    }
  })
})
