import { describe, expect, it } from 'vitest'
import { reasonOf } from '../../../lambdas/domain/target/hints.ts'
import { parseJsonPath, readJsonPath } from '../../../lambdas/domain/target/json-path.ts'
import { judgeResponse } from '../../../lambdas/domain/target/judge-response.ts'
import { SuccessRule } from '../../../lambdas/domain/target/success-rule.ts'

const judge = (rule: Record<string, unknown>, status: number, body = '', truncated = false) => {
  const judgement = judgeResponse(SuccessRule.parse(rule), { status, body, truncated })
  return judgement.ok ? 'ok' : reasonOf({ ...judgement.failure, secretNames: ['CRON_SECRET'] })
}

describe('judgeResponse', () => {
  it.each([
    [{}, 200, 'ok'],
    [{}, 204, 'ok'],
    [{}, 299, 'ok'],
    [{}, 300, 'HTTP_STATUS'],
    [{}, 199, 'HTTP_STATUS'],
    [{ status: ['204'] }, 200, 'HTTP_STATUS'],
    [{ status: ['200-299', '404', '409-410'] }, 410, 'ok'],
    [{ status: ['200-299', '404', '409-410'] }, 411, 'HTTP_STATUS'],
  ])('with %j judges %i as %s', (rule, status, expected) => {
    const result = judge(rule, status)
    expect(typeof result === 'string' ? result : result.code).toBe(expected)
  })

  it('says what came, what was expected, and which secret to check', () => {
    expect(judge({}, 401, '{"success":false,"message":"Invalid secret"}')).toEqual({
      code: 'HTTP_STATUS',
      message: 'The target answered 401; expected 200-299.',
      hint: 'The target refused the credential; check secret CRON_SECRET.',
    })
    expect(judge({ status: ['200', '204-206'] }, 500)).toMatchObject({
      message: 'The target answered 500; expected 200, 204-206.',
    })
  })

  const answer = '{"success":false,"message":"no","synced":2,"list":[{"x y":null}],"deep":{"a":{}}}'
  it.each([
    [{ bodyIncludes: '"synced":2' }, answer, 'ok'],
    [{ bodyIncludes: 'yes' }, answer, 'The body does not contain "yes".'],
    [{ bodyExcludes: 'yes' }, answer, 'ok'],
    [{ bodyExcludes: '"no"' }, answer, 'The body contains "\\"no\\"".'],
    [{ json: [{ path: '$.success', equals: false }] }, answer, 'ok'],
    [{ json: [{ path: '$.success', equals: true }] }, answer, 'The body has false at $.success; expected true.'],
    [{ json: [{ path: '$.synced', equals: '2' }] }, answer, 'The body has 2 at $.synced; expected "2".'],
    [{ json: [{ path: "$.list[0]['x y']", equals: null }] }, answer, 'ok'],
    [{ json: [{ path: '$.list[1]', equals: null }] }, answer, 'The body has nothing at $.list[1]; expected null.'],
    [{ json: [{ path: '$.toString', equals: null }] }, answer, 'The body has nothing at $.toString; expected null.'],
    [{ json: [{ path: '$.list.length', equals: 1 }] }, answer, 'The body has nothing at $.list.length; expected 1.'],
    [{ json: [{ path: '$[0]', equals: 1 }] }, '{"0":1}', 'The body has nothing at $[0]; expected 1.'],
    [{ json: [{ path: "$['0']", equals: 1 }] }, '[1]', "The body has nothing at $['0']; expected 1."],
    [{ json: [{ path: '$.list', equals: 1 }] }, answer, 'The body has a list at $.list; expected 1.'],
    [{ json: [{ path: '$.deep', equals: 1 }] }, answer, 'The body has an object at $.deep; expected 1.'],
    [{ json: [{ path: '$', equals: 'text' }] }, '"text"', 'ok'],
    [{ json: [{ path: '$', equals: 'a\uFEFF' }] }, '"a\uFEFF"', 'ok'],
    [{ json: [{ path: '$.a', equals: 1 }] }, '\uFEFF{"a":1}', 'ok'],
    [{ json: [{ path: '$.a', equals: 1 }] }, '<html>', 'The body is not JSON.'],
    [{ json: [{ path: '$.a', equals: 1 }] }, '', 'The body is not JSON.'],
    [
      {
        json: [
          { path: '$.a', equals: 1 },
          { path: '$.b', equals: 2 },
        ],
      },
      '{"a":1,"b":1}',
      'The body has 1 at $.b; expected 2.',
    ],
    [{ bodyIncludes: 'a', json: [{ path: '$', equals: 1 }] }, 'a', 'The body is not JSON.'],
  ])('with %j judges %s: %s', (rule, body, expected) => {
    const result = judge(rule, 200, body)
    expect(typeof result === 'string' ? result : result.message).toBe(expected)
    expect(typeof result === 'string' ? 'ASSERTION' : result.code).toBe('ASSERTION')
  })

  it('quotes a long text never in part, so that redaction can still recognise what is in it', () => {
    const secret = 's'.repeat(200)
    const result = judge({ json: [{ path: '$.a', equals: 1 }] }, 200, JSON.stringify({ a: secret }))
    expect(result).toMatchObject({ message: 'The body has a text of 200 characters at $.a; expected 1.' })
    const short = 's'.repeat(80)
    expect(judge({ json: [{ path: '$.a', equals: 1 }] }, 200, JSON.stringify({ a: short }))).toMatchObject({
      message: `The body has "${short}" at $.a; expected 1.`,
    })
  })

  it('does not guess about a body that was cut off', () => {
    expect(judge({ json: [{ path: '$.a', equals: 1 }] }, 200, '{"a":1}', true)).toMatchObject({
      code: 'ASSERTION',
      message: 'The body is too long to be read as JSON.',
    })
    expect(judge({ bodyIncludes: 'z' }, 200, 'a', true)).toMatchObject({
      message: 'The first part of the body does not contain "z".',
    })
  })
})

describe('SuccessRule', () => {
  it('has defaults', () => {
    expect(SuccessRule.parse({})).toEqual({ status: ['200-299'], bodyIncludes: null, bodyExcludes: null, json: [] })
  })

  it.each([
    [{ status: [] }],
    [{ status: ['2xx'] }],
    [{ status: ['299-200'] }],
    [{ status: ['99'] }],
    [{ status: ['600'] }],
    [{ status: [' 200'] }],
    [{ status: ['2000'] }],
    [{ status: ['200-2990'] }],
    [{ status: [200] }],
    [{ bodyIncludes: '' }],
    [{ json: [{ path: 'success', equals: true }] }],
    [{ json: [{ path: '$.a', equals: {} }] }],
    [{ json: [{ path: '$.a' }] }],
    [{ json: [{ path: '$.a', equals: 1, more: 1 }] }],
    [{ json: Array.from({ length: 11 }, () => ({ path: '$.a', equals: 1 })) }],
    [{ other: 1 }],
  ])('refuses %j', (rule) => {
    expect(SuccessRule.safeParse(rule).success).toBe(false)
  })

  it.each([
    [{ status: ['2xx'] }, 'Must be a status or a range of statuses from 100 to 599, such as "204" or "200-299".'],
    [{ json: [{ path: 'success', equals: true }] }, '"success" must begin with $, such as $.success.'],
    [
      { json: [{ path: '$.a b', equals: true }] },
      `"$.a b" is not understood from character 4 on; write $.a.b[0]['x y'].`,
    ],
  ])('says what is wrong with %j', (rule, message) => {
    expect(SuccessRule.safeParse(rule).error?.issues).toMatchObject([{ code: 'custom', message }])
  })
})

describe('a JSON path', () => {
  it.each([
    ['$', []],
    ['$.a.b', ['a', 'b']],
    ["$.a[0]['x y']", ['a', 0, 'x y']],
    ['$["it\'s"].b', ["it's", 'b']],
    ["$['it\\'s']", ["it's"]],
    ["$['a\\\\b']", ['a\\b']],
    ['$["a\\\\b"]', ['a\\b']],
    ['$["a\\"b"]', ['a"b']],
    ['$[10][123456789]', [10, 123456789]],
    ["$['']", ['']],
    ['$.größe.日本', ['größe', '日本']],
    ['$._a-b.$c', ['_a-b', '$c']],
  ])('%s has the steps %j', (text, steps) => {
    expect(parseJsonPath(text)).toEqual({ ok: true, steps })
  })

  it.each([
    '',
    'a',
    '.a',
    '$.',
    '$..a',
    '$.*',
    '$[*]',
    '$[-1]',
    '$[01]',
    '$[1a]',
    '$["a\\b"]',
    '$[1:2]',
    '$[?@.a]',
    '$.a.',
    '$.a b',
    '$[a]',
    "$['a'",
    "$['a]",
    '$a',
    '$.1a',
  ])('can not be %j', (text) => {
    expect(parseJsonPath(text)).toEqual({
      ok: false,
      problem: expect.stringContaining(`"${text}"`),
    })
  })

  it('reads what a document has itself', () => {
    const document = JSON.parse('{"__proto__":{"a":1},"list":[[1,2]]}')
    expect(readJsonPath(document, ['__proto__', 'a'])).toEqual({ found: true, value: 1 })
    expect(readJsonPath(document, ['list', 0, 1])).toEqual({ found: true, value: 2 })
    for (const steps of [['constructor'], ['list', 'length'], ['list', '0'], ['list', 9], ['list', 0, 0, 0], [0]])
      expect(readJsonPath(document, steps)).toEqual({ found: false })
  })

  it.each(['text', 5, true, null, undefined])('reads nothing within %j', (value) => {
    for (const step of ['0', 'length', 0]) expect(readJsonPath(value, [step])).toEqual({ found: false })
  })
})
