import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routes } from '../../lambdas/http/routes.ts'
import { ApiClient } from '../support/api-client.ts'
import { openPunctual, type Punctual } from '../support/punctual-service.ts'
import { apiRoutes } from './api-routes.ts'
import { expectProblem } from './expect-problem.ts'

describe('the service itself', () => {
  let punctual: Punctual
  let api: ApiClient

  beforeAll(async () => {
    punctual = await openPunctual()
    api = new ApiClient(punctual.url)
  })
  afterAll(() => punctual?.close())

  it('is well and says which version it is, to anyone', async () => {
    const { status, body } = await api.get('/api/health')
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'ok', version: expect.stringMatching(/^\d+\.\d+\.\d+/) })
    expect(Object.values(body.checks).every((check) => check === 'ok')).toBe(true)
  })

  it('describes each of its routes, and no other, as OpenAPI 3.1', async () => {
    const { status, headers, body } = await api.get('/api/openapi.json')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(body.openapi).toMatch(/^3\.1\./)
    const sorted = (list: readonly { method: string; path: string; access: string }[]) =>
      list.map(({ method, path, access }) => `${method} ${path} ${access}`).toSorted()
    expect(sorted(await apiRoutes(punctual.url))).toEqual(sorted(routes))
  })

  it('describes requests, answers and problems with references that lead somewhere', async () => {
    const { body, text } = await api.get('/api/openapi.json')
    const references = new Set([...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path))
    expect(references.size).toBeGreaterThan(3)
    for (const path of references) {
      const found = path.split('/').reduce((node, key) => node?.[key], body)
      expect(found, path).toBeDefined()
    }
    expect(body.paths['/api/jobs'].post.responses['201'].headers).toHaveProperty('location')
    expect(body.paths['/api/jobs'].post.requestBody.required).toBe(true)
    expect(body.paths['/api/jobs'].post.responses['400'].content).toHaveProperty('application/problem+json')
  })

  it.each(['/api/health', '/api/openapi.json', '/api/jobs'])(
    'sends a request id and security headers with %s, whatever the answer',
    async (path) => {
      const { headers } = await api.get(path)
      expect(headers.get('x-request-id')).toMatch(/./)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('strict-transport-security')).toMatch(/max-age=\d{7,}/)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('cache-control')).toBe('no-store')
    },
  )

  it.each([
    ['GET', '/api/nothing'],
    ['GET', '/'],
    ['DELETE', '/api/health'],
    ['POST', '/api/jobs/x/nothing'],
  ])('answers %s %s, which is no route, with a problem', async (method, path) => {
    expectProblem(await api.call(method, path), 404, 'not-found')
  })

  it('answers each request under an id of its own', async () => {
    const ids = await Promise.all(
      Array.from({ length: 10 }, async () => (await api.get('/api/health')).headers.get('x-request-id')),
    )
    expect(new Set(ids).size).toBe(10)
  })
})
