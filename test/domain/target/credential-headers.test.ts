import { describe, expect, it } from 'vitest'
import { authScheme, credentialsIn, isCredentialHeader } from '../../../lambdas/domain/target/credential-headers.ts'
import { expandSecrets } from '../../../lambdas/domain/target/expand-secrets.ts'
import { createRedactor } from '../../../lambdas/domain/target/redaction.ts'

describe('a header', () => {
  it.each([
    'Authorization',
    'Proxy-Authorization',
    'Cookie',
    'Cookie2',
    'Set-Cookie',
    'Set-Cookie2',
    'X-Secret-Thing',
    'X-Passwd',
    'Password',
    'X-Token',
    'X-Credential',
    'Apikey',
    'X-Api-Key',
    'Ocp-Apim-Subscription-Key',
    'X-Functions-Key',
  ])('is a credential by its name: %s', (name) => {
    expect(isCredentialHeader(name)).toBe(true)
  })

  it.each([
    'X-Authorization',
    'Authorization-Info',
    'Proxy-Authorization-Info',
    'X-Cookie',
    'X-Set-Cookie',
    'Cookies',
    'Set-Cookie22',
    'X-Pass',
    'Idempotency-Key',
    'Accept',
  ])('is none by its name: %s', (name) => {
    expect(isCredentialHeader(name)).toBe(false)
  })

  it.each([
    ['Basic abc', 'Basic'],
    ['bearer abc', 'bearer'],
    ['Digest username="a"', 'Digest'],
    ['Negotiate abc', 'Negotiate'],
    ['Token abc', 'Token'],
    ['ApiKey abc', 'ApiKey'],
    ['Bearer', undefined],
    ['Bearerabc', undefined],
    ['my Bearer abc', undefined],
    ['Other abc', undefined],
  ])('%j has the scheme %s', (value, scheme) => {
    expect(authScheme(value)).toBe(scheme)
  })
})

describe('credentialsIn', () => {
  it.each([
    ['a bare token', { authorization: 'tok-123456' }, ['tok-123456']],
    ['a bearer token, without its scheme', { Authorization: 'Bearer tok-123456' }, ['tok-123456']],
    [
      'a Basic pair, and its password',
      { Authorization: `Basic ${btoa('ada:pass:word')}` },
      [btoa('ada:pass:word'), 'pass:word'],
    ],
    [
      'a bearer token as it is, whatever it says in base64',
      { Authorization: `Bearer ${btoa('ada:pass:word')}` },
      [btoa('ada:pass:word')],
    ],
    ['an API key', { 'X-Api-Key': ' key-123456 ' }, ['key-123456']],
    ['each cookie', { Cookie: 'session=abcdef; theme=dark; id=123=456' }, ['abcdef', '123=456']],
    ['a secret by its name', { 'X-Cron-Secret': 'abcdef' }, ['abcdef']],
    ['each value once', { 'X-Token': 'abcdef', 'X-Secret': 'abcdef' }, ['abcdef']],
    ['nothing that is too short to be one', { 'X-Token': '12345', Cookie: 'a=1' }, []],
    ['a Basic credential that is no pair', { Authorization: `basic ${btoa('password')}` }, [btoa('password')]],
    ['a credential of six characters', { 'X-Token': '123456' }, ['123456']],
    ['a cookie without a name', { cookie: 'abcdef;  x= ghijkl ' }, ['abcdef', 'ghijkl']],
    ['nothing of other headers', { accept: 'application/json', 'x-tenant': 'acme-corp' }, []],
  ])('names %s', (_, headers, expected) => {
    expect(credentialsIn(headers)).toEqual(expected)
  })

  it('makes what was typed into a header vanish from whatever comes back', () => {
    const expansion = expandSecrets(
      {
        targetUrl: 'https://api.example.com/',
        headers: { 'X-Api-Key': 'typed-in-key', Cookie: 'session=typed-session' },
        body: null,
        auth: { type: 'bearer', token: 'tok' },
      },
      new Map(),
    )
    if (!expansion.ok) throw new Error(expansion.failure.message)
    const { redact } = createRedactor(expansion.expanded.credentials)
    expect(redact(`a typed-in-key b typed-session c ${btoa('x typed-in-key')} d tok`)).not.toMatch(/typed|tok|dHlwZWQ/)
  })
})
