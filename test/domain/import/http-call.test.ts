import { describe, expect, it } from 'vitest'
import { type HttpCall, isCredentialName, moveCall } from '../../../lambdas/domain/import/http-call.ts'
import { secretDrafts } from '../../../lambdas/domain/import/secret-drafts.ts'

const move = (call: Partial<HttpCall>, job = 'KYC sync') => {
  const secrets = secretDrafts('From a test')
  const plain: HttpCall = {
    url: 'https://example.com/',
    httpMethod: 'GET',
    headers: [],
    body: null,
    basicAuth: undefined,
    ...call,
  }
  const { fields, warnings } = moveCall(plain, job, secrets)
  return { fields, warnings, secrets: Object.fromEntries(secrets.all().map(({ name, value }) => [name, value])) }
}

describe('isCredentialName', () => {
  it.each([
    'Authorization',
    'X-Cron-Secret',
    'X-API-Key',
    'apikey',
    'api_key',
    'apiKey',
    'Cookie',
    'access_token',
    'X-Auth',
    'X-Vercel-Signature',
    'key',
    'password',
    'client-secret',
    'accessToken',
  ])('takes %s for a credential', (name) => {
    expect(isCredentialName(name)).toBe(true)
  })

  it.each([
    'Content-Type',
    'Accept',
    'Idempotency-Key',
    'keyword',
    'X-Request-Id',
    'author',
    'monkey',
    'page',
    'User-Agent',
  ])('leaves %s alone', (name) => {
    expect(isCredentialName(name)).toBe(false)
  })
})

describe('moveCall', () => {
  it('moves headers, keeping what is not secret of them', () => {
    const { fields, secrets } = move({
      headers: [
        ['X-Cron-Secret', 'abc'],
        ['Authorization', 'Bearer xyz'],
        ['Accept', 'text/html'],
      ],
    })
    expect(fields.headers).toEqual({
      'X-Cron-Secret': '{{secrets.KYC_SYNC_X_CRON_SECRET}}',
      Authorization: 'Bearer {{secrets.KYC_SYNC_AUTHORIZATION}}',
      Accept: 'text/html',
    })
    expect(secrets).toEqual({ KYC_SYNC_X_CRON_SECRET: 'abc', KYC_SYNC_AUTHORIZATION: 'xyz' })
  })

  it('moves query values, decoded, and leaves the rest of the URL as it is written', () => {
    const { fields, secrets } = move({ url: 'https://example.com/a?x=%7e&secret=a%2Bb+c&b#top' })
    expect(fields.targetUrl).toBe('https://example.com/a?x=%7e&secret={{secrets.KYC_SYNC_SECRET}}&b#top')
    expect(secrets).toEqual({ KYC_SYNC_SECRET: 'a+b c' })
  })

  it('moves passwords, also those before the host', () => {
    expect(move({ basicAuth: { username: 'ada', password: 'pw' } })).toMatchObject({
      fields: { auth: { type: 'basic', username: 'ada', password: '{{secrets.KYC_SYNC_PASSWORD}}' } },
      secrets: { KYC_SYNC_PASSWORD: 'pw' },
    })
    expect(move({ url: 'https://ada:p%40w+1@example.com/x' })).toMatchObject({
      fields: { targetUrl: 'https://example.com/x', auth: { username: 'ada' } },
      secrets: { KYC_SYNC_PASSWORD: 'p@w+1' },
    })
  })

  it('makes one secret of a value that comes several times, and two of two values with one name', () => {
    const secrets = secretDrafts('From a test')
    const keep = (value: string, job: string) => secrets.keep(value, { job, credential: 'token' })
    expect([keep('a', 'One'), keep('a', 'Two'), keep('b', 'One')]).toEqual([
      '{{secrets.ONE_TOKEN}}',
      '{{secrets.ONE_TOKEN}}',
      '{{secrets.ONE_TOKEN_2}}',
    ])
    expect(secrets.all()).toHaveLength(2)
  })

  it.each([
    ['Überprüfung – täglich', 'UBERPRUFUNG_TAGLICH_TOKEN'],
    ['同期', 'TOKEN'],
    ['a'.repeat(100), `${'A'.repeat(40)}_TOKEN`],
  ])('names a secret after the job %s', (job, name) => {
    expect(Object.keys(move({ headers: [['Token', 'x']] }, job).secrets)).toEqual([name])
  })

  it('leaves references and empty values as they are', () => {
    const headers = [
      ['X-Token', '{{secrets.OWN}}'],
      ['X-Secret', ''],
    ] as const
    expect(move({ headers, url: 'https://example.com/?key=&token' })).toMatchObject({
      fields: { headers: Object.fromEntries(headers), targetUrl: 'https://example.com/?key=&token' },
      secrets: {},
    })
  })

  it('leaves out what cannot be sent, and says so', () => {
    const { fields, warnings } = move({
      headers: [
        ['Host', 'other.example.com'],
        ['Accept-Encoding', 'gzip'],
        ['webhook-id', '1'],
        ['X-A', '1'],
        ['x-a', '2'],
      ],
    })
    expect(fields.headers).toEqual({ 'X-A': '1, 2' })
    expect(warnings).toHaveLength(3)
  })

  it('takes an Authorization header for the one that counts', () => {
    const { fields, warnings } = move({
      headers: [['authorization', 'Bearer x']],
      basicAuth: { username: 'a', password: 'b' },
    })
    expect(fields.auth).toEqual({ type: 'none' })
    expect(warnings).toEqual([expect.stringContaining('left out')])
  })
})
