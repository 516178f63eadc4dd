import { describe, expect, it, onTestFinished } from 'vitest'
import { type ObservedCall, WireServer } from '../../local/wire-server.ts'
import type { WireRequest, WireResponse } from '../../local/wire-service.ts'

async function startServer(handle: (request: WireRequest) => Promise<WireResponse>) {
  const log: string[] = []
  const calls: ObservedCall[] = []
  const server = new WireServer({ log: (message) => log.push(message), observe: (call) => calls.push(call) })
  const url = await server.listen()
  onTestFinished(() => server.close())
  server.serve({ name: 'TEST', handle, close: async () => {} })
  return { url, log, calls }
}

const ok = async (): Promise<WireResponse> => ({ status: 200, headers: { 'x-a': 'b' }, body: 'fine' })

describe('WireServer', () => {
  it('hands requests over as they came', async () => {
    const requests: WireRequest[] = []
    const { url } = await startServer(async (request) => {
      requests.push(request)
      return ok()
    })
    const response = await fetch(`${url}/a%2Fb/c?x=1&x=%20`, { method: 'PUT', headers: { 'X-One': '1' }, body: 'böd' })
    expect([response.status, response.headers.get('x-a'), await response.text()]).toEqual([200, 'b', 'fine'])
    expect(requests[0]).toMatchObject({ method: 'PUT', path: '/a%2Fb/c', headers: { 'x-one': '1' } })
    expect(requests[0]?.query.getAll('x')).toEqual(['1', ' '])
    expect(Buffer.from(requests[0]?.body ?? []).toString()).toBe('böd')
  })

  it('answers a bug of the service with a bare 500 and logs it', async () => {
    const { url, log } = await startServer(async () => {
      throw new Error('internals')
    })
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([500, '{"__type":"InternalFailure"}'])
    expect(log).toEqual([expect.stringContaining('TEST failed: Error: internals')])
  })

  it('tells the observer who called what, and what came back', async () => {
    const { url, calls } = await startServer(ok)
    const authorization = 'AWS4-HMAC-SHA256 Credential=Executor/20260101/us-east-1/test/aws4_request, SignedHeaders=a'
    await fetch(`${url}/x`, { headers: { authorization } })
    await fetch(`${url}/y`)
    expect(calls).toMatchObject([
      { service: 'TEST', caller: 'Executor', request: { path: '/x' }, response: { status: 200 } },
      { service: 'TEST', caller: undefined, request: { path: '/y' } },
    ])
  })

  it('answers 503 until it has a service', async () => {
    const server = new WireServer({ log: () => {} })
    const url = await server.listen()
    onTestFinished(() => server.close())
    expect((await fetch(url)).status).toBe(503)
  })
})
