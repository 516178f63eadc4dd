import { describe, expect, it } from 'vitest'
import { RouteTable } from '../../../local/api-gateway/route-table.ts'

const table = (...routeKeys: readonly string[]) =>
  new RouteTable(routeKeys.map((routeKey) => ({ routeKey, functionArn: routeKey, timeoutMs: 1000 })))

const routes = table(
  'ANY /{proxy+}',
  'GET /pets/{id}',
  'GET /pets/mine',
  'ANY /pets/mine',
  'GET /pets/{id}/{part}',
  'GET /pets/{id}/name',
  'ANY /files/{path+}',
  'GET /',
)

describe('RouteTable', () => {
  it.each<[method: string, path: string, routeKey: string | undefined, parameters?: object]>([
    ['GET', '/', 'GET /'],
    ['GET', '/pets/7', 'GET /pets/{id}', { id: '7' }],
    ['GET', '/pets/mine', 'GET /pets/mine'],
    ['POST', '/pets/mine', 'ANY /pets/mine'],
    ['GET', '/pets/7/name', 'GET /pets/{id}/name', { id: '7' }],
    ['GET', '/pets/7/age', 'GET /pets/{id}/{part}', { id: '7', part: 'age' }],
    ['GET', '/files/a/b/c', 'ANY /files/{path+}', { path: 'a/b/c' }],
    ['DELETE', '/pets/7', 'ANY /{proxy+}', { proxy: 'pets/7' }],
    ['GET', '/pets/', 'ANY /{proxy+}', { proxy: 'pets/' }],
    ['GET', '/pets/mine/', 'ANY /{proxy+}', { proxy: 'pets/mine/' }],
  ])('gives %s %s to %s', (method, path, routeKey, parameters = {}) => {
    const match = routes.find(method, path)
    expect([match?.route.routeKey, match?.pathParameters]).toEqual([routeKey, parameters])
  })

  it('finds nothing without a matching route, unless there is a $default', () => {
    expect(table('GET /a').find('GET', '/b')).toBeUndefined()
    expect(table('GET /a').find('POST', '/a')).toBeUndefined()
    expect(table('GET /a', '$default').find('POST', '/b')?.route.routeKey).toBe('$default')
  })
})
