import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expandSecrets } from '../../../lambdas/domain/target/expand-secrets.ts'
import { createRedactor } from '../../../lambdas/domain/target/redaction.ts'
import { referencesIn, secretNamesIn, type TemplatedParts } from '../../../lambdas/domain/target/secret-template.ts'
import { targetLimits } from '../../../lambdas/domain/target/target-limits.ts'
import { anyText } from '../../support/any-text.ts'
import { propertyRuns } from '../../support/property-runs.ts'

const target = (parts: Partial<TemplatedParts>): TemplatedParts => ({
  targetUrl: 'https://api.example.com/',
  headers: {},
  body: null,
  auth: { type: 'none' },
  ...parts,
})
const expand = (parts: Partial<TemplatedParts>, secrets: Record<string, string> = {}) =>
  expandSecrets(target(parts), new Map(Object.entries(secrets)))
const expanded = (parts: Partial<TemplatedParts>, secrets: Record<string, string> = {}) => {
  const result = expand(parts, secrets)
  if (!result.ok) throw new Error(result.failure.message)
  return result.expanded
}

describe('expandSecrets', () => {
  it('puts values where references stand', () => {
    const result = expanded(
      {
        targetUrl: 'https://api.example.com/v1/{{secrets.A}}/x?k={{secrets.A}}{{secrets.B}}&l=1',
        headers: { 'X-Key': 'v1 {{secrets.A}}', plain: 'p' },
        body: '{"k":"{{secrets.B}}"}',
        auth: { type: 'bearer', token: '{{secrets.B}}' },
      },
      { A: 'aa', B: 'bb' },
    )
    expect(result.url.href).toBe('https://api.example.com/v1/aa/x?k=aabb&l=1')
    expect(result.headers).toEqual({ 'X-Key': 'v1 aa', plain: 'p', authorization: 'Bearer bb' })
    expect(result.body).toBe('{"k":"bb"}')
    expect(result.credentials).toEqual(['bb'])
  })

  it('leaves alone whatever else stands in a URL, were it what stands for a secret within', () => {
    const written = 'secretx0x/SECRETX0X/secretxx0x/secretx9x/undefined0x'
    const { url } = expanded({ targetUrl: `https://api.example.com/${written}/{{secrets.A}}?a=secretx0x` }, { A: 'aa' })
    expect(url.href).toBe(`https://api.example.com/${written}/aa?a=secretx0x`)
  })

  it('makes basic auth of UTF-8 (RFC 7617)', () => {
    const result = expanded({ auth: { type: 'basic', username: 'test', password: '{{secrets.P}}' } }, { P: '123£' })
    expect(result.headers).toEqual({ authorization: 'Basic dGVzdDoxMjPCow==' })
    expect(result.credentials).toEqual(['123£', 'dGVzdDoxMjPCow=='])
  })

  it('gives redaction the pair of basic auth, so that the shortest password is not shown in base64', () => {
    const { credentials } = expanded(
      { auth: { type: 'basic', username: 'ada', password: '{{secrets.P}}' } },
      { P: 'abc' },
    )
    const { redact } = createRedactor(['abc', ...credentials])
    expect(redact(`{"authorization":"Basic ${btoa('ada:abc')}"}`)).toBe('{"authorization":"Basic [redacted]"}')
    expect(redact(`ada ${btoa('ada:xyz')}`)).toBe(`ada ${btoa('ada:xyz')}`)
  })

  it('looks at no value again, in any place', () => {
    const secrets = { A: '{{secrets.B}}', B: 'never', C: '$& $1 $$' }
    const result = expanded(
      {
        targetUrl: 'https://api.example.com/{{secrets.A}}',
        headers: { a: '{{secrets.A}}' },
        body: '{{secrets.A}}{{secrets.C}}',
      },
      secrets,
    )
    expect(JSON.stringify([result.url.href, result])).not.toContain('never')
    expect(result.body).toBe('{{secrets.B}}$& $1 $$')
    expect(result.url.pathname).toBe('/%7B%7Bsecrets.B%7D%7D')
  })

  it('makes no reference of pieces: a name that comes together only by expansion stays text', () => {
    expect(expanded({ body: '{{secrets.{{secrets.A}}}}' }, { A: 'B' }).body).toBe('{{secrets.B}}')
  })

  it('keeps every value of a secret within its path segment or query value', () => {
    const value = anyText({ minLength: 1, maxLength: 30 }).filter((text) => !/^\.{1,2}$/.test(text))
    fc.assert(
      fc.property(value, (secret) => {
        const { url } = expanded(
          { targetUrl: 'https://api.example.com/a/{{secrets.S}}/z?k={{secrets.S}}&l=1' },
          { S: secret },
        )
        const wellFormed = secret.toWellFormed()
        expect(url.origin).toBe('https://api.example.com')
        expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'a', wellFormed, 'z'])
        expect([...url.searchParams]).toEqual([
          ['k', wellFormed],
          ['l', '1'],
        ])
        expect(url.hash).toBe('')
      }),
      { numRuns: propertyRuns(1000) },
    )
  })

  it.each([
    ['..', '/a/{{secrets.S}}/z'],
    ['.', '/a/{{secrets.S}}'],
    ['.', '/a/.{{secrets.S}}/z'],
    ['.', '/a/{{secrets.S}}{{secrets.S}}/z'],
  ])('refuses %j where it would walk the path: %s', (secret, path) => {
    expect(expand({ targetUrl: `https://api.example.com${path}` }, { S: secret })).toMatchObject({
      ok: false,
      missing: [],
      failure: { code: 'INVALID_REQUEST' },
    })
  })

  it('names every unknown secret once, and nothing else', () => {
    const result = expand(
      { headers: { a: '{{secrets.B}} {{secrets.A}}' }, body: '{{secrets.B}}{{secrets.KNOWN}}' },
      { KNOWN: 'value' },
    )
    expect(result).toEqual({
      ok: false,
      missing: ['A', 'B'],
      failure: {
        code: 'SECRET_NOT_FOUND',
        message: 'The job refers to "A", "B", but there is no such secret.',
        secretNames: ['A', 'B'],
      },
    })
  })

  it.each(['__proto__', 'constructor', 'toString'])('knows no secret called %s unless there is one', (name) => {
    expect(expand({ body: `{{secrets.${name}}}` })).toMatchObject({ ok: false, missing: [name] })
  })

  it.each([
    ['line feed in a header', { headers: { 'x-a': '{{secrets.S}}' } }, 'a\nb'],
    ['carriage return in a header', { headers: { 'x-a': '{{secrets.S}}' } }, 'a\rb'],
    ['NUL in a header', { headers: { 'x-a': '{{secrets.S}}' } }, 'a\u0000b'],
    ['line feed in a token', { auth: { type: 'bearer', token: '{{secrets.S}}' } as const }, 'a\nb'],
    ['colon in a user name', { auth: { type: 'basic', username: '{{secrets.S}}', password: 'p' } as const }, 'a:b'],
    ['too long a header', { headers: { 'x-a': '{{secrets.S}}' } }, 'x'.repeat(8193)],
  ])('refuses a %s without quoting the value', (_, parts, secret) => {
    const result = expand(parts, { S: secret })
    expect(result).toMatchObject({
      ok: false,
      failure: { code: 'INVALID_REQUEST', secretNames: ['S'] },
    })
    expect(JSON.stringify(result)).not.toContain(JSON.stringify(secret).slice(1, -1))
  })

  it.each([
    [
      { targetUrl: 'https://{{secrets.S}}.example.com/' },
      'INVALID_REQUEST',
      'The URL has a secret before its path. A secret may stand only in the path or in a query value of the URL.',
    ],
    [
      { targetUrl: 'https://api.example.com/a/{{secrets.S}}' },
      'INVALID_REQUEST',
      'A secret in the path is "." or "..", which would change where the URL leads.',
    ],
    [
      { headers: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`x-${n}`, '{{secrets.S}}'])) },
      'INVALID_REQUEST',
      'The headers are 51; 50 are allowed.',
    ],
  ])('says why %j can not be sent', (parts, code, message) => {
    expect(expand(parts, { S: '..' })).toMatchObject({ ok: false, missing: [], failure: { code, message } })
  })

  it('sends nothing of its own without auth', () => {
    expect(expanded({ headers: { a: 'b' } })).toMatchObject({ headers: { a: 'b' }, body: null, credentials: [] })
  })

  it('takes a body and a URL of the largest size', () => {
    const bodyOf = (bytes: number) => 'x'.repeat(bytes - '{{secrets.S}}'.length - 1)
    const size = targetLimits.expandedBodyBytes
    expect(expand({ body: `{{secrets.S}}${bodyOf(size)}` }, { S: 'y' })).toMatchObject({ ok: true })
    expect(expand({ body: `{{secrets.S}}${bodyOf(size)}` }, { S: 'yy' })).toMatchObject({ ok: false })
    const targetUrl = 'https://api.example.com/{{secrets.S}}'
    const room = targetLimits.expandedUrlLength - targetUrl.length
    expect(expand({ targetUrl }, { S: 'x'.repeat(room) })).toMatchObject({ ok: true })
    expect(expand({ targetUrl }, { S: 'x'.repeat(room + 1) })).toMatchObject({ ok: false })
  })

  it('refuses a body or URL that grows beyond all measure', () => {
    const S = 'x'.repeat(65_536)
    expect(expand({ body: '{{secrets.S}}'.repeat(3) }, { S })).toMatchObject({ ok: true })
    expect(expand({ body: '{{secrets.S}}'.repeat(5000) }, { S })).toMatchObject({ failure: { code: 'TOO_LARGE' } })
    const long = { S: 'x'.repeat(targetLimits.expandedUrlLength) }
    expect(expand({ targetUrl: 'https://api.example.com/{{secrets.S}}' }, long)).toMatchObject({
      failure: { code: 'TOO_LARGE' },
    })
  })
})

describe('references', () => {
  it('are found in every part, each name once', () => {
    const parts = target({
      targetUrl: 'https://api.example.com/{{secrets.E}}?k={{secrets.D}}',
      headers: { a: '{{secrets.C}}' },
      body: '{{secrets.B}}{{secrets.C}}',
      auth: { type: 'basic', username: '{{secrets.A}}', password: '{{secrets.F}}' },
    })
    expect(secretNamesIn(parts)).toEqual(['A', 'B', 'C', 'D', 'E', 'F'])
  })

  it.each([
    ['{{secrets.A_1}}', ['A_1']],
    ['{{{secrets.A}}}', ['A']],
    [`{{secrets.${'x'.repeat(64)}}}`, ['x'.repeat(64)]],
    [`{{secrets.${'x'.repeat(65)}}}`, []],
    ['{{secrets.}}', []],
    ['{{secrets.A-B}}', []],
    ['{{ secrets.A }}', []],
    ['{{SECRETS.A}}', []],
    ['{secrets.A}', []],
    ['{{name}}', []],
  ])('in %s are %j', (text, names) => {
    expect(referencesIn(text)).toEqual(names)
  })
})
