import { describe, expect, it } from 'vitest'
import { literalCredentials } from '../../../lambdas/domain/target/literal-credentials.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('credentials typed into headers', () => {
  it.each<[string, Record<string, string>, readonly string[]]>([
    [
      'a bearer token, with and without its scheme',
      { Authorization: 'Bearer abcdefgh12' },
      ['Bearer abcdefgh12', 'abcdefgh12'],
    ],
    [
      'a password of basic auth',
      { authorization: `Basic ${base64('ada:open sesame')}` },
      [`Basic ${base64('ada:open sesame')}`, base64('ada:open sesame'), 'open sesame'],
    ],
    [
      'each value of a cookie',
      { Cookie: 'sid=0123456789; lang=en; t=abcdefghij' },
      ['sid=0123456789; lang=en; t=abcdefghij', '0123456789', 'abcdefghij'],
    ],
    ['a key', { 'X-API-Key': 'key-0123456789' }, ['key-0123456789']],
    ['a token by any name', { 'x-vendor-token': 'tok-0123456789' }, ['tok-0123456789']],
    ['a secret by any name', { 'X-Cron-Secret': 'typed in here' }, ['typed in here']],
    ['nothing in other headers', { accept: 'application/json', 'x-request-source': 'punctual' }, []],
    ['nothing so short that it would be found everywhere', { 'x-api-key': 'short' }, []],
  ])('are %s', (_, headers, expected) => {
    const found = literalCredentials(headers)
    for (const value of expected) expect(found).toContain(value)
    if (expected.length === 0) expect(found).toEqual([])
  })
})
