import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { checkTarget, targetWarnings } from '../../../lambdas/domain/target/check-target.ts'
import { hintFor } from '../../../lambdas/domain/target/hints.ts'
import { reasonCodes } from '../../../lambdas/domain/target/reason.ts'
import { Target } from '../../../lambdas/domain/target/target.ts'
import { targetLimits } from '../../../lambdas/domain/target/target-limits.ts'

const target = (fields: Record<string, unknown> = {}) =>
  Target.parse({ targetUrl: 'https://api.example.com/health', ...fields })
const pointers = (fields: Record<string, unknown>, policy = {}) =>
  checkTarget(target(fields), policy).map(({ pointer }) => pointer)

describe('Target', () => {
  it('has a default for everything but the URL', () => {
    expect(target()).toEqual({
      targetType: 'HTTP',
      targetUrl: 'https://api.example.com/health',
      httpMethod: 'GET',
      headers: {},
      body: null,
      auth: { type: 'none' },
      sign: false,
      timeout: 30_000,
      redirects: 'NONE',
      success: { status: ['200-299'], bodyIncludes: null, bodyExcludes: null, json: [] },
      saveResponse: 'ALWAYS',
    })
    expect(Target.safeParse({}).success).toBe(false)
  })

  it.each([
    [{ targetType: 'LAMBDA' }],
    [{ targetUrl: '' }],
    [{ targetUrl: `https://api.example.com/${'x'.repeat(2048)}` }],
    [{ httpMethod: 'TRACE' }],
    [{ httpMethod: 'get' }],
    [{ headers: { a: 1 } }],
    [{ headers: [] }],
    [{ body: {} }],
    [{ body: 'x'.repeat(targetLimits.bodyBytes + 1) }],
    [{ body: 'é'.repeat(targetLimits.bodyBytes / 2 + 1) }],
    [{ auth: { type: 'digest' } }],
    [{ auth: { type: 'none', token: 'x' } }],
    [{ auth: { type: 'bearer', token: '' } }],
    [{ auth: { type: 'basic', username: 'x' } }],
    [{ sign: 'yes' }],
    [{ timeout: 999 }],
    [{ timeout: 300_001 }],
    [{ timeout: 1000.5 }],
    [{ redirects: 'follow' }],
    [{ success: { status: ['ok'] } }],
    [{ saveResponse: 'MAYBE' }],
    [{ unknown: 1 }],
  ])('refuses %j', (fields) => {
    expect(Target.safeParse({ targetUrl: 'https://api.example.com/health', ...fields }).success).toBe(false)
  })

  it('takes a body of the largest size, and says how much larger another is', () => {
    expect(target({ body: 'x'.repeat(targetLimits.bodyBytes) }).body).toHaveLength(65_536)
    const { error } = Target.safeParse({ targetUrl: 'https://api.example.com/', body: 'é'.repeat(32_769) })
    expect(error?.issues).toMatchObject([{ message: 'Must be at most 65536 bytes of UTF-8; got 65538.' }])
  })

  it('takes each kind of auth', () => {
    const kinds = [
      { type: 'none' },
      { type: 'basic', username: 'u', password: '' },
      { type: 'bearer', token: '{{secrets.T}}' },
    ]
    for (const auth of kinds) expect(target({ auth }).auth).toEqual(auth)
  })
})

describe('what the schema tells clients of a target', () => {
  const Schema = z.object({ properties: z.record(z.string(), z.looseObject({})) })
  const { properties } = Schema.parse(z.toJSONSchema(Target, { io: 'input' }))

  it('is every limit, those too that the fields leave to others', () => {
    expect(properties).toMatchObject({
      targetUrl: { minLength: 1, maxLength: 2048 },
      headers: { maxProperties: 50, propertyNames: { maxLength: 128 }, additionalProperties: { maxLength: 8192 } },
      body: { anyOf: [{ maxLength: 65_536 }, { type: 'null' }] },
      timeout: { minimum: 1000, maximum: 300_000 },
      success: {
        properties: {
          status: { minItems: 1, maxItems: 20, items: { maxLength: 7 } },
          bodyIncludes: { anyOf: [{ minLength: 1, maxLength: 1024 }, { type: 'null' }] },
          bodyExcludes: { anyOf: [{ minLength: 1, maxLength: 1024 }, { type: 'null' }] },
          json: { maxItems: 10, items: { properties: { path: { maxLength: 256 } } } },
        },
      },
    })
  })

  it.each(['targetUrl', 'headers', 'body', 'sign', 'timeout', 'redirects', 'success', 'saveResponse'])(
    'is a sentence about %s',
    (field) => {
      expect(properties[field]?.description).toMatch(/^\S.{15,}\.$/)
    },
  )

  it('is an example of a URL that may be called', () => {
    const examples = z.array(z.string()).min(1).parse(properties.targetUrl?.examples)
    for (const targetUrl of examples) expect(pointers({ targetUrl })).toEqual([])
  })
})

describe('checkTarget', () => {
  it.each([
    [{ targetUrl: 'http://169.254.169.254/' }, ['/targetUrl']],
    [{ targetUrl: 'https://{{secrets.A}}/' }, ['/targetUrl']],
    [{ headers: { Host: 'x' } }, ['/headers/Host']],
    [{ headers: { 'x/y~z': 'a' } }, ['/headers/x~1y~0z']],
    [{ headers: { 'X-A': 'a\r\nb' } }, ['/headers/X-A']],
    [{ headers: { 'x-{{secrets.A}}': 'a' } }, ['/headers/x-{{secrets.A}}', '/headers/x-{{secrets.A}}']],
    [{ headers: { Authorization: 'x' }, auth: { type: 'bearer', token: 'y' } }, ['/headers/Authorization']],
    [{ headers: { Authorization: 'x' } }, []],
    [{ auth: { type: 'basic', username: 'a:b', password: '' } }, ['/auth/username']],
    [{ auth: { type: 'basic', username: 'a\n', password: 'b\n' } }, ['/auth/username', '/auth/password']],
    [{ auth: { type: 'bearer', token: 'a\u0000' } }, ['/auth/token']],
    [{ body: '{{ secrets.A }}' }, ['/body']],
    [{ headers: { a: '{{secrets.A-B}}' } }, ['/headers/a']],
    [{ targetUrl: 'https://api.example.com/?k={{secrets.}}' }, ['/targetUrl']],
    [{ targetUrl: 'https://api.example.com/?k=%7B%7Bsecrets.A%7D%7D' }, ['/targetUrl']],
    [{ auth: { type: 'bearer', token: '{{secret.A}}' } }, ['/auth/token']],
    [{ success: { bodyIncludes: '{{secrets.A}}' } }, ['/success/bodyIncludes']],
    [{ success: { bodyExcludes: '{{secrets.A}}' } }, ['/success/bodyExcludes']],
    [
      { auth: { type: 'basic', username: '{{ secrets.A }}', password: '{{secrets. B}}' } },
      ['/auth/username', '/auth/password'],
    ],
    [{ headers: { 'X-Other': 'x' }, auth: { type: 'bearer', token: 'y' } }, []],
    [{ body: 'Dear {{name}}, {{secrets.A}} {{#if secretsauce}} {{{raw}}}' }, []],
  ])('points at what is wrong in %j', (fields, expected) => {
    expect(pointers(fields)).toEqual(expected)
  })

  it('reports everything at once, in whole sentences', () => {
    const faults = checkTarget(
      target({ targetUrl: 'http://localhost/', headers: { Host: 'a', 'X-B': '\n' }, body: '{{ secrets.C }}' }),
    )
    expect(faults).toEqual([
      { pointer: '/targetUrl', detail: 'The URL has the host "localhost", which is not public.' },
      {
        pointer: '/headers/Host',
        detail: 'The header "Host" belongs to the connection; Punctual sets it itself or never sends it.',
      },
      {
        pointer: '/headers/X-B',
        detail:
          'The header "X-B" has a control character (U+000A) in its value; visible text, spaces and tabs are allowed.',
      },
      {
        pointer: '/body',
        detail:
          '"{{ secrets.C }}" is not a reference to a secret; write {{secrets.NAME}} without spaces (A-Z a-z 0-9 _, up to 64).',
      },
    ])
  })

  it.each([
    [
      { headers: { 'x-{{secrets.A}}': 'a' }, auth: { type: 'none' } },
      { pointer: '/headers/x-{{secrets.A}}' },
      'Secrets are expanded in header values, the path, query values, the body and auth only.',
    ],
    [
      { headers: { 'X-A': 'b', Authorization: 'x' }, auth: { type: 'bearer', token: 'y' } },
      { pointer: '/headers/Authorization' },
      'auth sets this header already; give one of the two.',
    ],
    [
      { auth: { type: 'basic', username: 'a:b', password: '' } },
      { pointer: '/auth/username' },
      'A user name of basic auth has no ":" (RFC 7617, section 2).',
    ],
    [
      { auth: { type: 'bearer', token: 'a\n' } },
      { pointer: '/auth/token' },
      'The token has a control character (U+000A) in its value; visible text, spaces and tabs are allowed.',
    ],
    [
      { headers: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`x-${n}`, 'v'])) },
      { pointer: '/headers' },
      'The headers are 51; 50 are allowed.',
    ],
    [{ headers: { '': 'v' } }, { pointer: '/headers/' }, expect.stringContaining('The header "" is not a header name')],
  ])('says what is wrong in %j', (fields, { pointer }, detail) => {
    expect(checkTarget(target(fields))).toContainEqual({ pointer, detail })
  })

  it('refuses our own API where it is named', () => {
    const fields = { targetUrl: 'https://punctual.example.com/api/jobs' }
    expect(pointers(fields)).toEqual([])
    expect(pointers(fields, { ownHosts: ['punctual.example.com'] })).toEqual(['/targetUrl'])
  })
})

describe('targetWarnings', () => {
  it.each([
    [{}, []],
    [{ headers: { a: '{{secrets.A}}' } }, []],
    [{ targetUrl: 'http://api.example.com/' }, []],
    [{ targetUrl: 'https://api.example.com/?secret={{secrets.CRON_SECRET}}' }, ['/targetUrl']],
    [{ targetUrl: 'http://api.example.com/', headers: { a: '{{secrets.A}}' } }, ['/targetUrl']],
    [{ targetUrl: 'http://api.example.com/', auth: { type: 'bearer', token: 'typed' } }, ['/targetUrl']],
    [{ targetUrl: 'http://api.example.com/{{secrets.A}}' }, ['/targetUrl', '/targetUrl']],
    [{ body: '' }, ['/body']],
    [{ httpMethod: 'POST', body: 'x' }, []],
    [{ httpMethod: 'HEAD', body: 'x' }, ['/body']],
    [{ targetUrl: 'https://api.example.com/?to=http://example.com/', headers: { a: '{{secrets.A}}' } }, []],
  ])('of %j are at %j', (fields, expected) => {
    expect(targetWarnings(target(fields)).map(({ pointer }) => pointer)).toEqual(expected)
  })

  it('say that secrets in URLs end up in logs elsewhere, and which', () => {
    const [warning] = targetWarnings(target({ targetUrl: 'https://api.example.com/?a={{secrets.B}}&c={{secrets.B}}' }))
    expect(warning?.detail).toMatch(/^Secrets in URLs \(B\) end up in logs elsewhere/)
    const [both] = targetWarnings(target({ targetUrl: 'https://api.example.com/?a={{secrets.B}}&c={{secrets.A}}' }))
    expect(both?.detail).toMatch(/^Secrets in URLs \(B, A\) end up/)
  })

  it('say what could happen otherwise', () => {
    const fields = { targetUrl: 'http://api.example.com/', auth: { type: 'bearer', token: 'typed' }, body: 'x' }
    expect(targetWarnings(target(fields)).map(({ detail }) => detail)).toEqual([
      'Over http:// anyone on the way can read the credentials of this request; use https://.',
      'Many servers ignore or refuse a body with GET.',
    ])
  })
})

describe('hintFor', () => {
  it('has one sentence for every reason and every status', () => {
    const statuses = Array.from({ length: 500 }, (_, n) => hintFor({ code: 'HTTP_STATUS', httpStatus: n + 100 }))
    const hints = [...reasonCodes.map((code) => hintFor({ code })), ...statuses]
    for (const hint of hints) expect(hint).toMatch(/^[A-Z][^\n]{20,160}\.$/)
  })

  it('names the secrets that may be at fault', () => {
    expect(hintFor({ code: 'HTTP_STATUS', httpStatus: 401, secretNames: ['A', 'B'] })).toBe(
      'The target refused the credential; check secrets A, B.',
    )
    expect(hintFor({ code: 'HTTP_STATUS', httpStatus: 401 })).toBe(
      "The target refused the credential; check the job's auth and headers.",
    )
  })
})
