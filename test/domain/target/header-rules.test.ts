import { describe, expect, it } from 'vitest'
import { findHeaderProblems, headerLimits } from '../../../lambdas/domain/target/header-rules.ts'

const problems = (headers: Record<string, string>) =>
  findHeaderProblems(headers).map(({ name = '', detail }) => `${name} ${detail}`)

describe('findHeaderProblems', () => {
  it('finds none in the headers of usual jobs', () => {
    const headers = {
      'X-Cron-Secret': '{{secrets.CRON_SECRET}}',
      'Content-Type': 'application/json; charset=utf-8',
      Authorization: 'Bearer {{secrets.KEY}}',
      Cookie: 'a=b; c=d',
      'User-Agent': 'Mozilla/5.0 (compatible)',
      'x-empty': '',
      'x-unicode': 'Zoë\t日本',
      'Accept-Encoding': ' Identity ',
      "!#$%&'*+-.^_`|~09az": 'a token may have all of these',
    }
    expect(problems(headers)).toEqual([])
  })

  it.each([
    'Host',
    'Content-Length',
    'Transfer-Encoding',
    'Connection',
    'TE',
    'Trailer',
    'Upgrade',
    'Expect',
    'Keep-Alive',
    'HTTP2-Settings',
    'Proxy-Authorization',
    'Proxy-Connection',
    'proxy-anything',
    'webhook-id',
    'Webhook-Signature',
    'WEBHOOK-TIMESTAMP',
  ])('refuses %s, in any case', (name) => {
    expect([name, name.toLowerCase(), name.toUpperCase()].flatMap((each) => problems({ [each]: 'x' }))).toHaveLength(3)
  })

  it.each(['', ' ', 'a b', 'a:', ':path', 'a\r\nb', 'a\u0000', 'é', 'a(b)', '"a"', 'a/b', '{{secrets.A}}'])(
    'refuses the name %j',
    (name) => {
      expect(problems({ [name]: 'x' })).toEqual([expect.stringContaining('is not a header name')])
    },
  )

  it.each([
    ['\r\nX-Injected: 1', 'U+000D'],
    ['a\nb', 'U+000A'],
    ['a\u0000', 'U+0000'],
    ['a\u007f', 'U+007F'],
    ['a\u001bb', 'U+001B'],
  ])('refuses the value %j and names the character', (value, code) => {
    expect(problems({ 'x-a': value })).toEqual([expect.stringContaining(code)])
  })

  it('refuses the same header twice', () => {
    expect(problems({ 'X-A': '1', 'x-a': '2' })).toEqual(['x-a is the same header as X-A; give it once.'])
  })

  it('asks for plain answers', () => {
    expect(problems({ 'accept-encoding': 'gzip, br' })).toEqual([expect.stringContaining('identity')])
  })

  it('keeps the limits, and names them', () => {
    const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`x-${n}`, 'v']))
    expect(problems(many(headerLimits.count))).toEqual([])
    expect(problems(many(headerLimits.count + 1))).toEqual([' are 51; 50 are allowed.'])
    expect(problems({ ['n'.repeat(headerLimits.nameLength)]: 'x', a: 'v'.repeat(headerLimits.valueBytes) })).toEqual([])
    expect(problems({ ['n'.repeat(headerLimits.nameLength + 1)]: 'x' })).toHaveLength(1)
    expect(problems({ a: 'v'.repeat(headerLimits.valueBytes + 1) })).toEqual(['a has a value longer than 8192 bytes.'])
    expect(problems({ a: 'é'.repeat(headerLimits.valueBytes / 2 + 1) })).toHaveLength(1)
    const big = Object.fromEntries(Array.from({ length: 4 }, (_, n) => [`${n}`, 'v'.repeat(headerLimits.valueBytes)]))
    expect(problems(big)).toEqual([' are 32772 bytes together; 32768 are allowed.'])
    expect(problems({ ...big, 3: 'v'.repeat(headerLimits.valueBytes - 4) })).toEqual([])
  })
})
