import { describe, expect, it } from 'vitest'
import { answered, certificate, localSender, loopback, requestTo, serve, spyOnSockets } from './local-target.ts'

const tls = { cert: certificate('target'), key: certificate('target-key') }
const credentials = {
  authorization: 'Bearer canary',
  cookie: 'a=canary',
  'x-api-key': 'canary',
  'X-Cron-Secret': 'canary',
  'content-type': 'text/plain',
  'user-agent': 'canary-agent',
}
const follow = { redirects: 'FOLLOW', method: 'POST', headers: credentials, body: 'canary body' } as const

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])(
    'are an answer like any other unless they are to be followed (%i)',
    async (status) => {
      const target = await serve((_, response) => response.writeHead(status, { location: '/next' }).end('moved'))
      const url = `http://target.example.com:${target.port}/`
      expect(answered(await localSender().send(requestTo(url)))).toMatchObject({ status, text: 'moved', finalUrl: url })
      expect(target.requests).toHaveLength(1)
    },
  )

  it.each([
    [301, 'POST', 'GET', ''],
    [302, 'POST', 'GET', ''],
    [303, 'POST', 'GET', ''],
    [303, 'DELETE', 'GET', ''],
    [307, 'POST', 'POST', 'canary body'],
    [308, 'PUT', 'PUT', 'canary body'],
    [302, 'HEAD', 'HEAD', ''],
  ] as const)('within the origin, %i turns %s into %s and keeps the headers', async (status, method, becomes, body) => {
    const target = await serve(({ url }, response) =>
      url === '/' ? response.writeHead(status, { location: 'next?a=b' }).end() : response.end('there'),
    )
    const origin = `http://target.example.com:${target.port}`
    const attempt = answered(
      await localSender().send(
        requestTo(`${origin}/`, { ...follow, method, ...(method === 'HEAD' ? { body: null } : {}) }),
      ),
    )
    expect(attempt).toMatchObject({ status: 200, finalUrl: `${origin}/next?a=b` })
    expect(target.requests[1]).toMatchObject({ method: becomes, url: '/next?a=b', body })
    expect(target.requests[1]?.headers).toMatchObject({ authorization: 'Bearer canary', 'x-cron-secret': 'canary' })
    expect(target.requests[1]?.headers['content-type']).toBe(becomes === 'GET' ? undefined : 'text/plain')
  })

  it.each([301, 302, 303, 307, 308])('across origins leave every header and the body behind (%i)', async (status) => {
    const other = await serve((_, response) => response.end('other'))
    const target = await serve((_, response) =>
      response.writeHead(status, { location: `http://target.example.com:${other.port}/x` }).end(),
    )
    const attempt = answered(await localSender().send(requestTo(`http://target.example.com:${target.port}/`, follow)))
    expect(attempt.text).toBe('other')
    expect(JSON.stringify(other.requests)).not.toContain('canary')
    expect(Object.keys(other.requests[0]?.headers ?? {}).sort()).toEqual(
      [
        'accept',
        'accept-encoding',
        'connection',
        'host',
        'user-agent',
        ...(status > 303 ? ['content-length'] : []),
      ].sort(),
    )
  })

  it('do not bring the headers back on the way back', async () => {
    const ports = { first: 0 }
    const other = await serve((_, response) =>
      response.writeHead(307, { location: `http://target.example.com:${ports.first}/again` }).end(),
    )
    const first = await serve(({ url }, response) =>
      url === '/'
        ? response.writeHead(307, { location: `http://other.example.com:${other.port}/` }).end()
        : response.end('back'),
    )
    ports.first = first.port
    await localSender().send(requestTo(`http://target.example.com:${first.port}/`, follow))
    expect(first.requests).toHaveLength(2)
    expect(JSON.stringify(first.requests[1])).not.toContain('canary')
  })

  it('end where they go round in a circle', async () => {
    const target = await serve(({ url }, response) =>
      response.writeHead(302, { location: url === '/a' ? '/b' : '/a' }).end(),
    )
    const attempt = await localSender().send(
      requestTo(`http://target.example.com:${target.port}/a`, { redirects: 'FOLLOW' }),
    )
    expect(attempt).toMatchObject({ code: 'REDIRECT', message: expect.stringContaining('circle') })
    expect(target.requests).toHaveLength(2)
  })

  it('are followed five times and no more', async () => {
    const target = await serve(({ url }, response) =>
      Number(url.slice(1)) === 0
        ? response.end('end')
        : response.writeHead(302, { location: `/${Number(url.slice(1)) - 1}` }).end(),
    )
    const from = (n: number) =>
      localSender().send(requestTo(`http://target.example.com:${target.port}/${n}`, { redirects: 'FOLLOW' }))
    expect(answered(await from(5)).text).toBe('end')
    expect(await from(6)).toMatchObject({ code: 'REDIRECT', message: expect.stringContaining('more than 5') })
    expect(target.requests).toHaveLength(12)
  })

  it('do not go from https to http', async () => {
    const plain = await serve((_, response) => response.end())
    const target = await serve(
      (_, response) => response.writeHead(302, { location: `http://target.example.com:${plain.port}/` }).end(),
      tls,
    )
    const attempt = await localSender().send(
      requestTo(`https://target.example.com:${target.port}/`, { redirects: 'FOLLOW' }),
    )
    expect(attempt).toMatchObject({ code: 'REDIRECT', message: expect.stringContaining('https to http') })
    expect(plain.requests).toEqual([])
  })

  it.each([
    ['nothing that is a URL', 'http://', 'REDIRECT'],
    ['another scheme', 'file:///etc/passwd', 'BLOCKED_TARGET'],
    ['a user name', 'http://user@target.example.com/', 'BLOCKED_TARGET'],
    ['a bad port', 'http://target.example.com:22/', 'BLOCKED_TARGET'],
    ['instance metadata', 'http://169.254.169.254/latest/meta-data/', 'BLOCKED_TARGET'],
    ['instance metadata, without slashes', 'https:169.254.169.254', 'BLOCKED_TARGET'],
    ['instance metadata, relative to the scheme', '//169.254.169.254/', 'BLOCKED_TARGET'],
    ['instance metadata, in decimal', 'http://2852039166/', 'BLOCKED_TARGET'],
    ['a name inside', 'http://vault.internal/', 'BLOCKED_TARGET'],
    ['a public name with a private address', 'http://rebind.example.com/', 'BLOCKED_TARGET'],
    ['our own API', 'http://api.punctual.example.com/api/jobs', 'BLOCKED_TARGET'],
  ])('are checked like the first hop: to %s', async (_, location, code) => {
    const target = await serve((__, response) => response.writeHead(302, { location }).end())
    const opened = spyOnSockets()
    const attempt = await localSender({
      resolve: async (name) => [name === 'rebind.example.com' ? '10.0.0.1' : '127.0.0.1'],
      policy: { allowCidrs: loopback, ownHosts: ['api.punctual.example.com'] },
    }).send(requestTo(`http://target.example.com:${target.port}/`, { redirects: 'FOLLOW' }))
    expect(attempt).toMatchObject({ kind: 'failure', code })
    expect(opened).toHaveLength(1)
  })

  it('do not go from https to instance metadata over http, without slashes', async () => {
    const target = await serve(
      (_, response) => response.writeHead(302, { location: 'http:169.254.169.254' }).end(),
      tls,
    )
    const attempt = await localSender().send(
      requestTo(`https://target.example.com:${target.port}/`, { redirects: 'FOLLOW' }),
    )
    expect(attempt).toMatchObject({ kind: 'failure', code: 'REDIRECT' })
  })

  it('without a Location are the answer', async () => {
    const target = await serve((_, response) => response.writeHead(302).end('here'))
    const attempt = await localSender().send(
      requestTo(`http://target.example.com:${target.port}/`, { redirects: 'FOLLOW' }),
    )
    expect(answered(attempt)).toMatchObject({ status: 302, text: 'here' })
  })
})
