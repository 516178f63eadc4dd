import { connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HttpApiServer } from '../../../local/api-gateway/http-api.ts'
import { ManualClock } from '../../../local/clock.ts'
import { failedWith, type InvocationResult } from '../../../local/lambda/function-messages.ts'
import type { CorsDefinition } from '../../../local/template/http-apis.ts'

const NOW = Date.parse('2026-03-12T19:03:58.123Z')

type Event = Record<string, unknown> & { headers: Record<string, string>; requestContext: Record<string, unknown> }

type ApiOptions = {
  readonly routes?: readonly string[]
  readonly cors?: CorsDefinition
  readonly timeoutMs?: number
  /** The function's answer to an event, or how its invocation ends. @default a 200 that says "ok" */
  readonly answer?: (event: Event) => unknown
  readonly invoke?: () => Promise<InvocationResult>
}

async function startApi({ routes = ['$default'], cors, timeoutMs = 1000, answer, invoke }: ApiOptions = {}) {
  const events: Event[] = []
  const server = new HttpApiServer()
  const url = await server.listen(0)
  onTestFinished(() => server.close(0))
  server.serve(
    { id: 'api', cors, routes: routes.map((routeKey) => ({ routeKey, functionArn: 'arn', timeoutMs })) },
    {
      accountId: '000000000000',
      clock: new ManualClock(NOW),
      log: () => {},
      localRoutes: {
        prefix: '/_local/',
        answer: async ({ path }) => ({ status: 200, headers: { 'x-local': path }, body: 'local' }),
      },
      async invoke(_arn, json) {
        const event: Event = JSON.parse(json)
        events.push(event)
        if (invoke) return invoke()
        return {
          outcome: 'succeeded',
          payload: JSON.stringify((answer ?? (() => ({ statusCode: 200, body: 'ok' })))(event)),
        }
      },
    },
  )
  return { url, events, port: Number(new URL(url).port) }
}

/** Sends bytes as they are and reads the answer to its end. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString()))
    socket.on('error', reject)
  })
}

describe('the event of payload format 2.0', () => {
  it('has every part of the request', async () => {
    const { url, events, port } = await startApi({ routes: ['POST /pets/{id}'] })
    await fetch(`${url}/pets/a%20b?tag=x&tag=y%2Cz&empty=&plus=a+b`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: 'a=1; b=2', 'user-agent': 'test', 'X-Multi': 'one' },
      body: '{"ä":1}',
    })
    expect(events).toEqual([
      {
        version: '2.0',
        routeKey: 'POST /pets/{id}',
        rawPath: '/pets/a b',
        rawQueryString: 'tag=x&tag=y%2Cz&empty=&plus=a+b',
        cookies: ['a=1', 'b=2'],
        headers: expect.objectContaining({
          'content-type': 'application/json',
          'content-length': '8',
          'user-agent': 'test',
          'x-multi': 'one',
          host: `127.0.0.1:${port}`,
          'x-forwarded-for': '127.0.0.1',
          'x-forwarded-port': String(port),
          'x-forwarded-proto': 'http',
        }),
        queryStringParameters: { tag: 'x,y,z', empty: '', plus: 'a b' },
        pathParameters: { id: 'a b' },
        requestContext: {
          accountId: '000000000000',
          apiId: 'api',
          domainName: '127.0.0.1',
          domainPrefix: '127',
          http: { method: 'POST', path: '/pets/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
          requestId: expect.stringMatching(/^[\w-]{16}$/),
          routeKey: 'POST /pets/{id}',
          stage: '$default',
          time: '12/Mar/2026:19:03:58 +0000',
          timeEpoch: NOW,
        },
        body: '{"ä":1}',
        isBase64Encoded: false,
      },
    ])
    expect(events[0]?.headers).not.toHaveProperty('cookie')
  })

  it('leaves out what the request does not have', async () => {
    const { url, events } = await startApi({ routes: ['GET /'] })
    await fetch(url)
    for (const part of ['cookies', 'queryStringParameters', 'pathParameters', 'body'])
      expect(events[0]).not.toHaveProperty(part)
    expect(events[0]).toMatchObject({ rawQueryString: '', isBase64Encoded: false })
  })

  it.each<[type: string, body: string | Uint8Array<ArrayBuffer>, expected: object]>([
    ['application/json; charset=utf-8', '{}', { body: '{}', isBase64Encoded: false }],
    ['text/csv', 'a,b', { body: 'a,b', isBase64Encoded: false }],
    ['application/octet-stream', new Uint8Array([0, 255]), { body: 'AP8=', isBase64Encoded: true }],
    ['application/x-www-form-urlencoded', 'a=1', { body: 'YT0x', isBase64Encoded: true }],
    ['application/json', new Uint8Array([0xff, 0xfe]), { body: '//4=', isBase64Encoded: true }],
  ])('gives a body of type %s as it can be told apart', async (type, body, expected) => {
    const { url, events } = await startApi()
    await fetch(url, { method: 'POST', headers: { 'content-type': type }, body })
    expect(events[0]).toMatchObject(expected)
  })

  it('joins repeated headers by commas', async () => {
    const { events, port } = await startApi()
    await raw(
      port,
      'GET / HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 2\r\nX-Forwarded-For: 9.9.9.9\r\nConnection: close\r\n\r\n',
    )
    expect(events[0]?.headers).toMatchObject({ 'x-a': '1,2', 'x-forwarded-for': '9.9.9.9, 127.0.0.1' })
  })
})

describe('the response', () => {
  const respond = async (answer: unknown) => {
    const { url } = await startApi({ answer: () => answer })
    return fetch(url, { redirect: 'manual' })
  }

  it('has status, headers, cookies and body of the answer', async () => {
    const response = await respond({
      statusCode: 201,
      headers: { 'X-Number': 5, Location: '/a' },
      cookies: ['a=1; Path=/', 'b=2'],
      body: 'töxt',
    })
    expect([response.status, await response.text()]).toEqual([201, 'töxt'])
    expect(Object.fromEntries(response.headers)).toMatchObject({ 'x-number': '5', location: '/a' })
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2'])
    expect(response.headers.get('apigw-requestid')).toMatch(/^[\w-]{16}$/)
  })

  it('decodes a base64 body', async () => {
    const response = await respond({ statusCode: 200, body: 'AP8=', isBase64Encoded: true })
    expect([...(await response.bytes())]).toEqual([0, 255])
  })

  it('has no body with 204', async () => {
    const response = await respond({ statusCode: 204 })
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([204, null, ''])
  })

  it.each<[answer: unknown, body: string]>([
    [{ hello: 1 }, '{"hello":1}'],
    ['text', 'text'],
    [null, 'null'],
  ])('of an answer without status code, %j, is a 200 with it as body', async (answer, body) => {
    const response = await respond(answer)
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/json',
      body,
    ])
  })

  it.each([
    { statusCode: 'abc' },
    { statusCode: 99 },
    { statusCode: 200, body: { not: 'text' } },
    { statusCode: 200, headers: { 'bad name': 'x' } },
    { statusCode: 200, headers: { split: 'a\r\nb: c' } },
  ])('of an answer that is none, %j, is a 500', async (answer) => {
    const response = await respond(answer)
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}'])
  })

  it('is a 500 when the function fails, without its text', async () => {
    const failed = failedWith({ errorType: 'Error', errorMessage: 'internals' })
    const { url } = await startApi({ invoke: async () => failed })
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([500, '{"message":"Internal Server Error"}'])
  })

  it('is a 503 when the function takes longer than the integration may', async () => {
    const { url } = await startApi({ timeoutMs: 20, invoke: () => new Promise(() => {}) })
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([503, '{"message":"Service Unavailable"}'])
  })

  it('to HEAD has the headers of the answer and no body', async () => {
    const { url } = await startApi({ answer: () => ({ statusCode: 200, body: 'abc' }) })
    const response = await fetch(url, { method: 'HEAD' })
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '3', ''])
  })
})

describe('the gateway itself', () => {
  it('answers 404 without a route, and asks no function', async () => {
    const { url, events } = await startApi({ routes: ['GET /known'] })
    const response = await fetch(`${url}/unknown`)
    expect([response.status, await response.text(), events]).toEqual([404, '{"message":"Not Found"}', []])
  })

  it('asks local routes first', async () => {
    const { url, events } = await startApi()
    const response = await fetch(`${url}/_local/here`)
    expect([response.headers.get('x-local'), await response.text(), events]).toEqual(['/_local/here', 'local', []])
  })

  it('takes a body of 10 MiB and refuses a larger one', async () => {
    const { url, events } = await startApi()
    const largest = new Uint8Array(10 * 2 ** 20)
    expect((await fetch(url, { method: 'POST', body: largest })).status).toBe(200)
    const response = await fetch(url, { method: 'POST', body: new Uint8Array(largest.length + 1) })
    expect([response.status, await response.text()]).toEqual([413, '{"message":"Request Entity Too Large"}'])
    expect(events).toHaveLength(1)
  })

  it.each<[what: string, request: string, status: string]>([
    ['no HTTP at all', 'hello\r\n\r\n', '400'],
    ['a header with a NUL', 'GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n', '400'],
    ['two content lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', '400'],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', '400'],
    ['headers beyond 10,240 bytes', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'x'.repeat(10_300)}\r\n\r\n`, '431'],
    ['an escape that is none', 'GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '400'],
    ['an absolute target', 'GET http://x/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '400'],
    ['a target that is no path', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', '400'],
  ])('refuses %s and goes on', async (_what, request, status) => {
    const { url, port, events } = await startApi()
    expect(await raw(port, request)).toMatch(new RegExp(`^HTTP/1.1 ${status}`))
    expect(events).toEqual([])
    expect((await fetch(url)).status).toBe(200)
  })

  it('leaves escaped bytes that are no UTF-8 to the function', async () => {
    const { url, events } = await startApi()
    expect((await fetch(`${url}/items/%ff%C3`)).status).toBe(200)
    expect(events.at(-1)?.rawPath).toBe('/items/\ufffd\ufffd')
  })

  it('goes on when a client hangs up in the middle of its body', async () => {
    const { url, port, events } = await startApi()
    const socket = connect(port, '127.0.0.1', () =>
      socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf', () => socket.destroy()),
    )
    await new Promise((resolve) => socket.on('close', resolve))
    expect((await fetch(url)).status).toBe(200)
    expect(events).toHaveLength(1)
  })

  it('says so when its port is taken', async () => {
    const { port } = await startApi()
    await expect(new HttpApiServer().listen(port)).rejects.toThrow(`Port ${port} is taken by another program`)
  })

  it('answers 503 until it serves', async () => {
    const server = new HttpApiServer()
    const url = await server.listen(0)
    onTestFinished(() => server.close(0))
    expect((await fetch(url)).status).toBe(503)
  })
})

describe('CORS', () => {
  const cors: CorsDefinition = {
    allowOrigins: ['https://app.example.com', 'http://localhost*'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['authorization'],
    exposeHeaders: ['etag'],
    allowCredentials: false,
    maxAgeSeconds: 600,
  }

  const corsHeaders = (response: Response) =>
    Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')))

  const preflight = (url: string, origin: string) =>
    fetch(url, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } })

  it('is answered for a preflight by the gateway alone', async () => {
    const { url, events } = await startApi({ cors })
    const response = await preflight(`${url}/anything`, 'https://app.example.com')
    expect([response.status, corsHeaders(response), events]).toEqual([
      204,
      {
        'access-control-allow-origin': 'https://app.example.com',
        'access-control-allow-methods': 'GET,POST',
        'access-control-allow-headers': 'authorization',
        'access-control-max-age': '600',
      },
      [],
    ])
  })

  it('says nothing to other origins', async () => {
    const { url } = await startApi({ cors })
    const answers = [
      await preflight(url, 'https://evil.example.com'),
      await fetch(url, { headers: { origin: 'https://evil.example.com' } }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([204, 200])
    expect(answers.map(corsHeaders)).toEqual([{}, {}])
  })

  it.each([
    ['http://localhost:3000', 'http://localhost:3000'],
    ['https://app.example.com.evil.example.com', undefined],
  ])('matches the origin %s by its pattern', async (origin, allowed) => {
    const { url } = await startApi({ cors })
    expect((await preflight(url, origin)).headers.get('access-control-allow-origin') ?? undefined).toBe(allowed)
  })

  it('replaces what the function says about it', async () => {
    const { url } = await startApi({
      cors,
      answer: () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*', etag: '"1"' } }),
    })
    const response = await fetch(url, { headers: { origin: 'https://app.example.com' } })
    expect(corsHeaders(response)).toEqual({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-expose-headers': 'etag',
    })
    expect(response.headers.get('etag')).toBe('"1"')
  })

  it('allows any origin with *, by name when credentials are allowed', async () => {
    const any = await startApi({ cors: { ...cors, allowOrigins: ['*'] } })
    const named = await startApi({ cors: { ...cors, allowOrigins: ['*'], allowCredentials: true } })
    const origin = 'https://one.example.com'
    const headers = await Promise.all([any, named].map(async ({ url }) => corsHeaders(await preflight(url, origin))))
    expect(headers[0]).toMatchObject({ 'access-control-allow-origin': '*' })
    expect(headers[1]).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
    })
  })

  it('leaves OPTIONS to the routes when the API has no CORS configuration', async () => {
    const { url, events } = await startApi({ routes: ['OPTIONS /x'] })
    expect((await preflight(`${url}/x`, 'https://app.example.com')).status).toBe(200)
    expect(events).toHaveLength(1)
  })
})
