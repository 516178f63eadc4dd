import { afterEach, describe, expect, it } from 'vitest'
import { probeTable } from '../../lambdas/adapters/dynamodb/probe-table.ts'
import { serviceFunction } from '../../lambdas/api/service.ts'
import { contracts } from '../../lambdas/http/contracts/index.ts'
import { serviceContracts } from '../../lambdas/http/contracts/service.ts'
import { callApi, memoryLog } from '../support/call-api.ts'
import { testDoor } from '../support/door.ts'
import { startTable } from '../support/dynamodb.ts'

const serviceWith = (table: () => Promise<void>, log = memoryLog()) =>
  serviceFunction({
    ...testDoor({
      log,
      tokens: { verify: async () => undefined },
      version: '1.2.3',
      probes: { table },
      contracts,
      clock: Date.now,
    }),
    pageFiles: { read: async (name) => (name === 'index.html' ? page : undefined) },
  })

const page = {
  type: 'text/html; charset=utf-8',
  etag: 'W/"1"',
  brotli: Buffer.from('compressed'),
  plain: async () => Buffer.from('plain'),
}

describe('GET /api/health', () => {
  const stops: (() => Promise<void>)[] = []
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop()
  })

  it('is ok while the table answers', async () => {
    const { client, tableName, stop } = await startTable()
    stops.push(stop)
    const handler = serviceWith(probeTable({ client, name: tableName }))
    const answered = await callApi(handler, { route: 'GET /api/health' })
    expect(answered).toMatchObject({
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-request-id': 'request-1' },
      body: { status: 'ok', version: '1.2.3', checks: { table: 'ok' } },
    })
    expect(serviceContracts.readHealth.answers[200].schema.safeParse(answered.body)).toMatchObject({ success: true })
  })

  it('is ok while the table is so slow that a request of it must be repeated', async () => {
    const { client, tableName, stop } = await startTable()
    stops.push(stop)
    let tries = 0
    client.middlewareStack.add(
      (next) => async (args) => {
        // As the client's own time-out puts it.
        if (tries++ === 0) throw Object.assign(new Error('no answer in time'), { name: 'TimeoutError' })
        return next(args)
      },
      { step: 'finalizeRequest', priority: 'low' },
    )
    const { status, body } = await callApi(serviceWith(probeTable({ client, name: tableName })), {
      route: 'GET /api/health',
    })
    expect([status, body.status, tries]).toEqual([200, 'ok', 2])
  })

  it('is degraded when the table is not there, and keeps the reason to the log', async () => {
    const { client, stop } = await startTable()
    stops.push(stop)
    const log = memoryLog()
    const handler = serviceWith(probeTable({ client, name: 'another' }), log)
    const answered = await callApi(handler, { route: 'GET /api/health' })
    expect(answered).toMatchObject({ status: 503, headers: { 'content-type': 'application/json' } })
    expect(answered.body).toEqual({ status: 'degraded', version: '1.2.3', checks: { table: 'failed' } })
    expect(log.lines).toMatchObject([
      {
        level: 'error',
        message: 'health check failed',
        fields: { errors: { table: expect.objectContaining({ name: 'ResourceNotFoundException' }) } },
      },
    ])
  })
})

describe('GET /api/openapi.json', () => {
  it('describes the API, itself included, to anyone', async () => {
    const answered = await callApi(
      serviceWith(async () => {}),
      { route: 'GET /api/openapi.json' },
    )
    expect(answered).toMatchObject({ status: 200, body: { openapi: '3.1.1', info: { version: '1.2.3' } } })
    expect(Object.keys(answered.body.paths)).toContain('/api/openapi.json')
  })
})

describe('GET /api/docs', () => {
  const handler = serviceWith(async () => {})
  const get = (headers: Record<string, string> = {}, route = 'GET /api/docs', params = {}) =>
    callApi(handler, { route, headers, params })

  it('sends the page compressed to who takes it, and plain to who does not', async () => {
    const [plain, compressed] = [await get(), await get({ 'accept-encoding': 'gzip, deflate, br' })]
    expect([plain.status, plain.body.toString()]).toEqual([200, 'plain'])
    expect(plain.headers).not.toHaveProperty('content-encoding')
    expect([compressed.status, compressed.body.toString()]).toEqual([200, 'compressed'])
    expect(compressed.headers).toMatchObject({ 'content-encoding': 'br', 'content-type': 'text/html; charset=utf-8' })
  })

  it('lets the page load nothing but its own files, and be kept', async () => {
    const { headers } = await get()
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'; script-src 'self'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(headers).toMatchObject({ 'cache-control': 'public, max-age=3600', vary: 'accept-encoding', etag: 'W/"1"' })
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' })
  })

  it('sends nothing again that the client has', async () => {
    expect(await get({ 'if-none-match': 'W/"1"' })).toMatchObject({ status: 304, body: undefined })
    expect(await get({ 'if-none-match': 'W/"2"' })).toMatchObject({ status: 200 })
  })

  it.each(['other.js', '..%2Fservice.mjs', '../service.mjs'])('knows no file %s', async (file) => {
    expect(await get({}, 'GET /api/docs/{file}', { file })).toMatchObject({
      status: 404,
      body: { type: '/problems/not-found' },
    })
  })
})
