import { describe, expect, it } from 'vitest'
import { routes } from '../../lambdas/http/routes.ts'

const guarded = routes.filter((route) => route.access === 'user')

/** Routes that change nothing although they are no GET: their question does not fit into a URL. */
const ASKING = ['previewSchedule']

describe('the route table', () => {
  it('has each path and method, and each operation, once', () => {
    expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length)
    expect(new Set(routes.map(({ operation }) => operation)).size).toBe(routes.length)
  })

  it.each(guarded)('$method $path: has the scope that its kind of route has', ({ method, path, operation, scope }) => {
    const own = /^\/api\/(auth|keys|users)\b/.test(path)
    const admins = /^\/api\/admin\b/.test(path)
    const reads = method === 'GET' || ASKING.includes(operation)
    const runs = /\/(run|cancel)$/.test(path)
    expect(scope).toBe(admins ? 'admin' : own ? 'account' : reads ? 'read' : runs ? 'run' : 'write')
  })
})
