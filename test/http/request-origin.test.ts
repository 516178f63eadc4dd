import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { requestOrigin } from '../../lambdas/http/request-origin.ts'

describe('the origin of a request', () => {
  const originOf = (headers: Record<string, string>) =>
    requestOrigin({ headers, requestContext: { domainName: 'own.example.com' } } as unknown as APIGatewayProxyEventV2)

  it.each([
    ['that of the headers', { host: 'api.example.com', 'x-forwarded-proto': 'https' }, 'https://api.example.com'],
    ['with its port', { host: '127.0.0.1:8787', 'x-forwarded-proto': 'http' }, 'http://127.0.0.1:8787'],
    ['https unless told otherwise', { host: 'api.example.com' }, 'https://api.example.com'],
    ['https where the scheme is none', { host: 'a.example', 'x-forwarded-proto': 'javascript' }, 'https://a.example'],
    ['https where there are two', { host: 'a.example', 'x-forwarded-proto': 'https,http' }, 'https://a.example'],
    ['the own name without a host', {}, 'https://own.example.com'],
    ['the own name where the host is none', { host: 'a b' }, 'https://own.example.com'],
    ['never more than scheme and host', { host: 'a.example/path?query' }, 'https://a.example'],
  ])('is %s', (_name, headers, expected) => {
    expect(originOf(headers)).toBe(expected)
  })
})
