import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../../lambdas/domain/target/redaction.ts'
import { redactorOf } from '../../../lambdas/domain/target/redactor.ts'
import { anyText } from '../../support/any-text.ts'
import { propertyRuns } from '../../support/property-runs.ts'
import { encodings } from './secret-encodings.ts'

const redactor = (...secrets: string[]) => createRedactor(secrets)

describe('redact', () => {
  it.each([
    ['raw', 's3cr3t=/+', 'a s3cr3t=/+ b', 'a [redacted] b'],
    ['percent-encoded', 's3cr3t=/+', '?k=s3cr3t%3D%2F%2B&x=1', '?k=[redacted]&x=1'],
    ['percent-encoded in lower case', 's3cr3t=/+', '?k=s3cr3t%3d%2f%2b&x=1', '?k=[redacted]&x=1'],
    ['percent-encoded in part', 's3cr3t=/+', '?k=s3cr3t=/%2B&x=1', '?k=[redacted]&x=1'],
    ['percent-encoded throughout', 'abcd', '%61%62%63%64', '[redacted]'],
    ['percent-encoded twice', 's3cr3t=', 'u=s3cr3t%253D.', 'u=[redacted].'],
    ['form-encoded', 'pass word+1', 'p=pass+word%2B1&q', 'p=[redacted]&q'],
    ['JSON-escaped', 'a"b\\c/d', '{"k":"a\\"b\\\\c\\/d"}', '{"k":"[redacted]"}'],
    ['JSON-escaped by code', 'abcd', '"\\u0061\\u0062\\u0063\\u0064"', '"[redacted]"'],
    ['JSON-escaped beyond the basic plane', 'key🔑', '"key\\ud83d\\udd11"', '"[redacted]"'],
    ['JSON in JSON', 'a"bc', '"{\\"k\\":\\"a\\\\\\"bc\\"}"', '"{\\"k\\":\\"[redacted]\\"}"'],
    ['HTML-escaped by name', `<a&b>"'`, '<p>&lt;a&amp;b&gt;&quot;&#39;</p>', '<p>[redacted]</p>'],
    ['HTML-escaped by number', 'abcd', '&#97;&#x62;&#0099;&#X64;', '[redacted]'],
    ['read as ISO 8859-1', 'пароль-😀', `k=${Buffer.from('пароль-😀').toString('latin1')}!`, 'k=[redacted]!'],
    ['hexadecimal', 'abcd', 'x 61626364 y', 'x [redacted] y'],
    ['hexadecimal in upper case, out of step', 'jklm', '0x06A6B6C6Dz', '0x0[redacted]z'],
    ['ISO 8859-1', 'schlüssel', Buffer.from('x schlüssel y', 'latin1'), 'x [redacted] y'],
    ['UTF-16', 'abcd', Buffer.from('x abcd', 'utf16le'), 'x\0 \0[redacted]\0'],
    ['without the white space that headers lose', ' abcd ', 'x: abcd\n', 'x: [redacted]\n'],
    ['in lower case, as host names are shown', 'AbCd-Ef12', 'host abcd-ef12.internal', 'host [redacted].internal'],
    ['beyond ASCII', 'пароль', 'x пароль %D0%BF%D0%B0%D1%80%D0%BE%D0%BB%D1%8C', 'x [redacted] [redacted]'],
  ])('takes a secret out that is %s', (_, secret, text, expected) => {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text
    expect(redactor(secret).redactAndTruncate(bytes, 10_000, true)).toEqual({ text: expected, truncated: false })
  })

  it.each([
    ['alone', btoa('s3cr3t')],
    ['after one byte', btoa('xs3cr3t')],
    ['after two bytes', btoa('xys3cr3t')],
    ['as the password of Basic', `Basic ${btoa('user:s3cr3t')}`],
    ['as the user name of Basic', `Basic ${btoa('s3cr3t:password')}`],
    ['in a long text', btoa(`${'lorem ipsum '.repeat(20)}s3cr3t${' dolor sit'.repeat(20)}`)],
    ['folded over lines', btoa(`${'lorem ipsum '.repeat(20)}s3cr3t`).replace(/(.{9})/g, '$1\r\n')],
    ['indented', btoa(`${'lorem ipsum '.repeat(20)}s3cr3t`).replace(/(.{9})/g, '$1\n  \t')],
    ['after a slash, which is a digit too', `https://a.example.com/b/${btoa('as3cr3t')}`],
    ['in base64', btoa(btoa('xs3cr3t'))],
  ])('takes a secret out of base64, %s', (_, text) => {
    const redacted = redactor('s3cr3t').redact(text)
    expect(redacted).toContain('[redacted]')
    expect(everyReading(redacted)).not.toContain('s3cr3t')
  })

  it.each([0, 1, 2, 3, 4, 5])(
    'finds it %i bytes into base64, whatever follows and wherever the text was cut before it',
    (before) => {
      const secret = 'canary-7Qx9_Zr4Lm2'
      for (const encoding of ['base64', 'base64url'] as const) {
        for (let after = 0; after < 4; after++) {
          const encoded = Buffer.from(`${'p'.repeat(before)}${secret}${'q'.repeat(after)}`).toString(encoding)
          for (let lost = 0; lost <= Math.floor((before * 4) / 3); lost++) {
            const redacted = redactor(secret).redact(`{"a":"${encoded.slice(lost)}"}`)
            expect(redacted).toContain('[redacted]')
            expect(everyReading(redacted)).not.toMatch(/canary|7Qx9|Zr4|Lm2/)
          }
        }
      }
    },
  )

  it('finds it in base64 that was encoded piece by piece', () => {
    const secret = 'canary-7Qx9_Zr4Lm2'
    for (let cut = 1; cut < secret.length; cut++) {
      const encoded = btoa(`x${secret.slice(0, cut)}`) + btoa(secret.slice(cut))
      expect(everyReading(redactor(secret).redact(encoded))).not.toMatch(/canary|7Qx9|Zr4|Lm2/)
    }
  })

  it('finds it behind an equals sign, out of step with what stands there', () => {
    const redacted = redactor('s3cr3t').redact(`path=a/b/${btoa('as3cr3t')}`)
    expect(everyReading(redacted)).not.toContain('s3cr3t')
  })

  it('finds base64url, where the alphabet differs', () => {
    const secret = '\u00bf\u00ff\u00be\u00fe??>>'
    const encoded = Buffer.from(`x${secret}`).toString('base64url')
    expect(encoded).toMatch(/[-_]/)
    expect(redactor(secret).redact(`t=${encoded}.`)).toMatch(/^t=.?\[redacted\]\.$/)
  })

  it('takes the whole of secrets that overlap, contain or touch one another', () => {
    expect(redactor('abcd', 'cdef').redact('xabcdefy')).toBe('x[redacted]y')
    expect(redactor('abcd', 'abcdef').redact('xabcdefy abcdx')).toBe('x[redacted]y [redacted]x')
    expect(redactor('abcd', 'efgh').redact('abcdefgh')).toBe('[redacted]')
    expect(redactor('aXa').redact('aXaXaX')).toBe('[redacted]X')
  })

  it('takes out what is left of a secret that was cut, plain or encoded, down to two thirds', () => {
    const secret = 'canary-7Qx9_Zr4Lm2'
    for (let lost = 1; lost <= 6; lost++) {
      for (const part of [secret.slice(0, -lost), secret.slice(lost)]) {
        expect(redactor(secret).redact(`(${part})`)).toBe('([redacted])')
        for (const { name, encode } of encodings)
          expect(redactor(secret).redact(`(${encode(part)})`), name).toContain('[redacted]')
      }
      const cut = btoa(`ab${secret}`).replace(/=*$/, '').slice(0, -lost)
      expect(everyReading(redactor(secret).redact(cut))).not.toMatch(/canary|7Qx9|Zr4/)
    }
    expect(redactor(secret).redact(secret.slice(0, -7))).toBe(secret.slice(0, -7))
  })

  it.each([
    [11, 11],
    [12, 12],
    [13, 12],
    [17, 12],
    [18, 12],
    [19, 13],
    [30, 20],
    [31, 21],
  ])('takes of a secret of %i characters parts of %i and more', (length, least) => {
    const secret = 'k7Qx9Zr4Lm2Vb8Tn3Wp6Ys1Hd5Jf0Gc'.slice(0, length)
    for (const part of [secret.slice(0, least), secret.slice(-least)])
      expect(redactor(secret).redact(`(${part})`)).toBe('([redacted])')
    for (const part of [secret.slice(0, least - 1), secret.slice(1 - least), secret.slice(1, least)])
      expect(redactor(secret).redact(`(${part})`)).toBe(`(${part})`)
  })

  it('takes every part of a secret, however many there are', () => {
    const secret = 'canary-7Qx9_Zr4Lm2'
    const [head, tail] = [secret.slice(0, 13), secret.slice(-13)]
    expect(redactor(secret).redact(`${head},${head},${secret},${tail},${tail}`)).toBe(
      Array(5).fill('[redacted]').join(),
    )
    expect(redactor('aaaaaaaaaaaaaaaaaa').redact('a'.repeat(40))).toBe('[redacted]')
    // What goes on as the secret does belongs to it; what stands beside does not.
    expect(redactor(secret).redact(`x${tail}`)).toBe('x[redacted]')
    expect(redactor(secret).redact(`-${secret.slice(3)}`)).toBe('-[redacted]')
    expect(redactor(secret).redact(`${secret.slice(0, -3)}-`)).toBe('[redacted]-')
  })

  it.each([
    ['in capitals', 'AbCd12', 'ABCD12'],
    ['in small letters', '!AbCd12', '!abcd12'],
    ['with a capital', 'abcd', 'Abcd'],
    ['in capitals beyond ASCII', 'Schlüssel-Ω', 'SCHLÜSSEL-Ω'],
    ['decomposed', 'Schlüssel', 'Schlu\u0308ssel'],
    ['composed', 'Schlu\u0308ssel', 'Schlüssel'],
    ['in capitals and percent-encoded', 'p@ss/wörd', 'P%40SS%2FW%C3%96RD'],
    ['in capitals and hexadecimal', 'AbCd', '41424344'],
    ['percent-encoded in the old way, in capitals', 'p@ss', '%U0070%U0040%U0073%U0073'],
    ['escaped in the JavaScript way, in capitals', 'p@ss', '\\X70\\X40\\X73\\X73'],
    ['escaped beyond the basic plane, in capitals', 'key🔑', 'KEY\\UD83D\\UDD11'],
  ])('takes a secret out %s', (_, secret, text) => {
    expect(redactor(secret).redact(`(${text})`)).toBe('([redacted])')
  })

  it('takes out as many as there are, in however many ways to read a text', () => {
    const text = 'a\\u0061&#97;%2561'.repeat(20_000)
    expect(redactor('a').redact(text).replaceAll('[redacted]', '')).not.toContain('a')
  })

  it.each([
    ['JSON in JSON in base64', JSON.stringify(JSON.stringify({ k: 'p"ss/w\\rd-7' }))],
    ['a URL in a URL in base64', encodeURIComponent(encodeURIComponent('p"ss/w\\rd-7'))],
    ['a URL in JSON in HTML in base64', JSON.stringify(encodeURIComponent('p"ss/w\\rd-7')).replaceAll('%', '&#37;')],
  ])('takes a secret out of %s', (_, text) => {
    expect(everyReading(redactor('p"ss/w\\rd-7').redact(`(${btoa(text)})`))).not.toMatch(/rd-7|p.{0,12}ss/)
    expect(redactor('p"ss/w\\rd-7').redact(Buffer.from(text).toString('hex'))).toContain('[redacted]')
  })

  it('takes letters of another case for others where a secret is so short that it would be a word', () => {
    expect(redactor('AbC').redact('abc ABC AbC')).toBe('abc ABC [redacted]')
  })

  it.each([
    ['12345678', '87654321', '[redacted]'],
    ['1234567', '7654321', '7654321'],
    ['kéy-🔑-12', '21-🔑-yék', '[redacted]'],
    ['kéy-🔑-12', btoa(Buffer.from('21-🔑-yék').toString('latin1')), '[redacted]'],
  ])(
    'takes %s out where it is backwards, unless it is so short that it could be a word: %s',
    (secret, text, expected) => {
      expect(redactor(secret).redact(text)).toBe(expected)
    },
  )

  it.each([0, 1, 2])('finds it %i bytes into base64 that somebody put in small or capital letters', (before) => {
    const secret = 'canary?7Qx9>Zr4Lm2'
    for (const encoding of ['base64', 'base64url'] as const) {
      const encoded = Buffer.from(`${'p'.repeat(before)}${secret}`).toString(encoding)
      for (const text of [encoded.toLowerCase(), encoded.toUpperCase()])
        expect(redactor(secret).redact(text)).toMatch(/^.{0,3}\[redacted\].?=*$/)
    }
    // Of shorter ones so few digits are left that they could be a word.
    expect(redactor('canary?7Qx').redact(btoa('canary?7Qx').toLowerCase())).toBe(btoa('canary?7Qx').toLowerCase())
  })

  it.each([
    ['abcd', btoa('abcd'), '[redacted]=='],
    ['abc', btoa('abc'), btoa('abc')],
    ['abcd', '61626364', '[redacted]'],
    ['abc', '616263', '616263'],
  ])('takes %j out of %s where it is long enough not to be there by chance', (secret, text, expected) => {
    expect(redactor(secret).redact(text)).toBe(expected)
  })

  it('takes a short secret for chance in base64, among long ones too', () => {
    const long = [btoa('lorem ipsum abc dolor'), btoa(btoa('lorem ipsum abc dolor')), btoa('lorem %61bc ipsum dolor')]
    const text = [btoa('abc'), btoa(btoa('xabc')), ...long].join(' ')
    expect(redactor('abc', 'longer-secret').redact(text)).toBe(text)
  })

  it('takes no text for a secret whose letters only end in the same bytes', () => {
    expect(redactor('пароль').redact('?0@>;L')).toBe('?0@>;L')
  })

  it('knows a plus sign for a space only where a secret has one', () => {
    expect(redactor('pass word').redact('a=pass+word&b=1+1')).toBe('a=[redacted]&b=1+1')
    expect(redactor('s3cr3t', 'pass word').redact('a=pass+word&b=1+1')).toBe('a=[redacted]&b=1+1')
    expect(redactor('pass+word').redact('a=pass word')).toBe('a=pass word')
    expect(redactor('pass+word').redact('a=pass+word')).toBe('a=[redacted]')
  })

  it('takes no word for the part of a secret', () => {
    expect(redactor('password1234').redact('{"password":"x"}')).toBe('{"password":"x"}')
  })

  it('leaves text alone that has no secret in it', () => {
    const text = 'a%20b \\n &amp; aGVsbG8= 68656c6c6f {"k":1} \ud800'
    expect(redactor('s3cr3t').redact(text)).toBe(text)
    expect(redactor().redact(text)).toBe(text)
    expect(redactor('').redact(text)).toBe(text)
  })

  it('takes very short secrets out of text and escapes, but not out of what looks like base64', () => {
    expect(redactor('/x').redact('a/x %2Fx L3g=')).toBe('a[redacted] [redacted] L3g=')
  })

  it('takes out every encoding of any secret, at any place', () => {
    const secret = fc
      .oneof(
        fc.string({ minLength: 4, maxLength: 40, unit: 'grapheme-ascii' }),
        anyText({ minLength: 4, maxLength: 20 }),
        fc.base64String({ minLength: 8, maxLength: 64 }),
        fc.uuid(),
      )
      .filter((text) => !/[\0\r\n]/.test(text) && text.trim().length >= 4)
    const around = fc.string({ maxLength: 30, unit: fc.constantFrom(...'QZ,;: {}"') })
    fc.assert(
      fc.property(secret, around, around, fc.constantFrom(...encodings), (value, before, after, { name, encode }) => {
        const encoded = encode(value)
        const redacted = redactor(value).redact(`${before}${encoded}${after}`)
        expect(redacted, name).toContain('[redacted]')
        for (const piece of redacted.split('[redacted]')) expect(piece.includes(encoded), name).toBe(false)
        // What stood around the encoded secret is still there, but for a digit shared with it.
        expect(redacted.length).toBeGreaterThanOrEqual(before.length + after.length + '[redacted]'.length - 4)
      }),
      { numRuns: propertyRuns(2000) },
    )
  })
})

describe('redactAndTruncate', () => {
  const secret = 'correct-horse-battery'

  it('redacts first and cuts afterwards', () => {
    const body = Buffer.from(`0123456789${secret}tail`)
    for (let limit = 0; limit <= body.length; limit++) {
      const { text } = redactor(secret).redactAndTruncate(body, limit, true)
      expect('0123456789[redacted]tail'.slice(0, limit)).toBe(text)
    }
  })

  it('says whether something is missing', () => {
    const body = Buffer.from('0123456789')
    expect(redactor().redactAndTruncate(body, 10, true)).toEqual({ text: '0123456789', truncated: false })
    expect(redactor().redactAndTruncate(body, 9, true)).toEqual({ text: '012345678', truncated: true })
    expect(redactor().redactAndTruncate(body, 10, false)).toEqual({ text: '0123456789', truncated: true })
  })

  it('never cuts a character in two', () => {
    const body = Buffer.from('aé日🔑')
    const texts = Array.from(
      { length: body.length + 1 },
      (_, limit) => redactor().redactAndTruncate(body, limit, true).text,
    )
    expect([...new Set(texts)]).toEqual(['', 'a', 'aé', 'aé日', 'aé日🔑'])
    for (const [limit, text] of texts.entries()) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit)
  })

  it.each([50, 300])('says nothing of a secret %i bytes in, behind what is known for sure', (at) => {
    const body = Buffer.from('.'.repeat(at) + secret + '.'.repeat(231))
    const known = body.length - redactor(secret).overlapBytes
    expect(known).toBe(at)
    const more = Buffer.concat([body, Buffer.from(secret)])
    expect(redactor(secret).redactAndTruncate(body, 1000, false).text).toBe('.'.repeat(at))
    expect(redactor(secret).redactAndTruncate(more, 1000, false).text).toBe(`${'.'.repeat(at)}[redacted]`)
  })

  it('leaves no part of a secret that the capture cut in two', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 400 }),
        fc.integer({ min: 1, max: 100 }),
        fc.nat({ max: 3 }),
        fc.constantFrom(...encodings),
        (before, cutAt, more, { name, encode }) => {
          const encoded = encode(secret)
          const body = Buffer.from(`${'.'.repeat(before)}${`${encoded},`.repeat(more)}${encoded}`)
          const captured = body.subarray(0, Math.max(0, body.length - (cutAt % encoded.length)))
          const { text } = redactor(secret).redactAndTruncate(captured, 10_000, captured.length === body.length)
          // Digits that hold nothing of the secret but what stands beside it.
          for (const piece of text.replaceAll('[redacted]', ',').split(/[.,=\s]+/))
            expect(piece, name).toMatch(/^.{0,3}$/)
        },
      ),
      { numRuns: propertyRuns(500) },
    )
  })

  it('leaves no part of a secret of kilobytes that the capture cut in two, and reads no further for it', () => {
    const long = Buffer.from(Array.from({ length: 1500 }, (_, at) => (at * at * 31 + at * 7) % 251)).toString('base64')
    const { redactAndTruncate, overlapBytes } = redactor(long)
    expect(overlapBytes).toBe(3072)
    fc.assert(
      fc.property(
        fc.nat({ max: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(...encodings),
        (before, part, { name, encode }) => {
          const encoded = encode(long)
          const body = Buffer.from(`${'.'.repeat(before * 3000)}${encoded}`)
          const captured = body.subarray(0, Math.floor(body.length * part))
          const { text } = redactAndTruncate(captured, 100_000, captured.length === body.length)
          for (const piece of text.replaceAll('[redacted]', ',').split(/[.,=\s]+/))
            expect(piece, name).toMatch(/^.{0,3}$/)
        },
      ),
      { numRuns: propertyRuns(150) },
    )
  })

  it('takes of a secret of kilobytes parts of 256 and more', () => {
    const long = Array.from({ length: 500 }, (_, at) => String.fromCharCode(97 + ((at * at * 31 + at * 7) % 23))).join(
      '',
    )
    for (const part of [long.slice(0, 256), long.slice(-256), long.slice(0, 300)])
      expect(redactor(long).redact(`(${part})`)).toBe('([redacted])')
    for (const part of [long.slice(0, 255), long.slice(-255)])
      expect(redactor(long).redact(`(${part})`)).toBe(`(${part})`)
  })

  it('reads on past what is kept by the overlap, so that everything kept is known', () => {
    const { overlapBytes, redactAndTruncate } = redactor(secret)
    const body = Buffer.from('.'.repeat(100 + overlapBytes))
    expect(redactAndTruncate(body, 100, false).text).toHaveLength(100)
    expect(redactor().overlapBytes).toBe(0)
  })
})

describe('redactHeaders', () => {
  it('shows nothing of a credential but its scheme', () => {
    const headers = {
      Authorization: 'Bearer abc',
      'Proxy-Authorization': 'Basic abc',
      authorization: 'my token',
      cookie: 'a=b',
      'Set-Cookie': 'a=b; Path=/',
      'X-Api-Key': 'abc',
      'X-Cron-Secret': 'abc',
      'x-auth-token': 'abc',
      'Ocp-Apim-Subscription-Key': 'abc',
    }
    expect(redactor().redactHeaders(headers)).toEqual({
      Authorization: 'Bearer [redacted]',
      'Proxy-Authorization': 'Basic [redacted]',
      authorization: '[redacted]',
      cookie: '[redacted]',
      'Set-Cookie': '[redacted]',
      'X-Api-Key': '[redacted]',
      'X-Cron-Secret': '[redacted]',
      'x-auth-token': '[redacted]',
      'Ocp-Apim-Subscription-Key': '[redacted]',
    })
  })

  it('takes a secret out of names, which come in lower case', () => {
    expect(redactor('AbCd-Ef12').redactHeaders({ 'x-abcd-ef12': '1', 'x-416243642d45663132': '2' })).toEqual({
      'x-[redacted]': '2',
    })
  })

  it('keeps the others useful: only the secret in them goes', () => {
    const headers = {
      'content-type': 'application/json',
      'x-tenant': 'acme s3cr3t v1',
      location: 'https://a.example.com/?k=s3cr3t',
      'idempotency-key': '01J',
      'webhook-signature': 'v1,abc',
    }
    expect(redactor('s3cr3t').redactHeaders(headers)).toEqual({
      ...headers,
      'x-tenant': 'acme [redacted] v1',
      location: 'https://a.example.com/?k=[redacted]',
    })
  })
})

/** All that base64, at any alignment and folded or not, could say; twice over. */
function everyReading(text: string, depth = 2): string {
  if (depth === 0) return text
  const runs = text.replaceAll(/[\r\n]/g, '').match(/[A-Za-z0-9+/_-]{4,}/g) ?? []
  const readings = runs.flatMap((run) =>
    [0, 1, 2, 3].map((at) => Buffer.from(run.slice(at), 'base64').toString('latin1')),
  )
  return [text, ...readings.map((reading) => everyReading(reading, depth - 1))].join('\n')
}

describe('a redactor for the secrets of a request', () => {
  it.each([[[]], [['']], [['', '']]])('of %j finds none, and hides credentials by their names', async (secrets) => {
    const { redact, redactHeaders, redactAndTruncate, overlapBytes } = await redactorOf(secrets)
    expect(redact('a s3cr3t')).toBe('a s3cr3t')
    expect(redactHeaders({ 'x-token': 'a', accept: 'b' })).toEqual({ 'x-token': '[redacted]', accept: 'b' })
    expect(redactAndTruncate(Buffer.from('abc'), 2, true)).toEqual({ text: 'ab', truncated: true })
    expect(overlapBytes).toBe(0)
  })

  it.each([[['s3cr3t']], [['', 's3cr3t']], [['s3cr3t', '']]])('of %j finds it', async (secrets) => {
    expect((await redactorOf(secrets)).redact('a s3cr3t')).toBe('a [redacted]')
  })
})
