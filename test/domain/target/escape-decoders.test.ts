import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../../lambdas/domain/target/redaction.ts'

/** What is left of a text once a secret is out of it; `[]` stands where it stood. */
const without = (secret: string, text: string) => createRedactor([secret]).redact(text).replaceAll('[redacted]', '[]')

describe('an escape stands for what it says', () => {
  it.each([
    ['\b', '\\b'],
    ['\t', '\\t'],
    ['\n', '\\n'],
    ['\f', '\\f'],
    ['\r', '\\r'],
    ['"', '\\"'],
    ["'", "\\'"],
    ['/', '\\/'],
    ['\\', '\\\\'],
    ['A', '\\x41'],
    ['é', '\\xe9'],
    ['A', '\\u0041'],
    ['J', '\\u004A'],
    ['J', '\\u004a'],
    ['A', '\\u{41}'],
    ['A', '\\u{000041}'],
    ['A', '\\x{41}'],
    ['\u{10ffff}', '\\u{10ffff}'],
    ['A', '\\101'],
    ['\u007f', '\\177'],
    ['\0', '\\000'],
    ['\u{10000}', '\\ud800\\udc00'],
    ['\u{10ffff}', '\\uDBFF\\uDFFF'],
    ['\u{10000}', '%ud800%udc00'],
    ['\u{10ffff}', '%uDBFF%uDFFF'],
    ['A', '%41'],
    ['J', '%4A'],
    ['J', '%4a'],
    ['J', '%u004A'],
    ['&', '&amp;'],
    ['&', '&AMP;'],
    ['&', '&amp'],
    ['<', '&lt;'],
    ['>', '&gt;'],
    ['"', '&quot;'],
    ["'", '&apos;'],
    ['\u00a0', '&nbsp;'],
    ['A', '&#65;'],
    ['A', '&#65'],
    ['A', '&#00000000000000000065;'],
    ['A', '&#x41;'],
    ['J', '&#X4A;'],
    ['J', '&#x0004a;'],
    ['\u{10ffff}', '&#1114111;'],
    ['\u{10ffff}', '&#x10ffff;'],
  ])('%j is %s', (character, written) => {
    expect(without(`q1${character}w2`, `-q1${written}w2-`)).toBe('-[]-')
  })

  it.each([
    ['A\uffff', '\\u0041\\uffff'],
    ['\u{10000}', '\\ud800\\udc00'],
  ])('%j is %s at the end of a text, too', (characters, written) => {
    expect(without(`q1w2${characters}`, `-q1w2${written}`)).toBe('-[]')
  })
})

describe('what only looks like an escape', () => {
  it.each([
    'q1A2',
    'a\\',
    'a%',
    'a&',
    '%4',
    '%zz',
    '%4z',
    '%u004',
    '%u00zz',
    '\\x4',
    '\\xz1',
    '\\u004',
    '\\u{}',
    '\\u{41',
    '\\u{0000041}',
    '\\u{110000}',
    '\\x{ffffff}',
    '\\400',
    '\\18',
    '\\089',
    '\\q',
    '\\q{41}',
    '\\q0041',
    '&;',
    '&#;',
    '&#x;',
    '&#1114112;',
    '&#x110000;',
    '&#99999999;',
    '&other;',
    '& #65;',
  ])('is left alone: %j', (text) => {
    // Each escape in it that is one stands for something that the secret has.
    for (const secret of ['A', '\u{10ffff}', '@', '\u0001', '4', '\t'].map((character) => `q1${character}w2`))
      expect(without(secret, `-q1${text}w2-`)).toBe(`-q1${text}w2-`)
  })

  it('hides nothing behind it', () => {
    for (const text of ['\\ud83d', '\\ud83d\\u0041', '\\ud7ff\\udc00', '\\udc00\\udc00', '\\ud83dA', '%ud83d\\udd11'])
      expect(without('canary-7', `${text}canary-7`)).toBe(`${text}[]`)
    expect(without('A-canary-7', '\\ud83d\\u0041-canary-7')).toBe('\\ud83d[]')
    expect(without('A-canary-7', '%ud83d%u0041-canary-7')).toBe('%ud83d[]')
    expect(without('\ue000-canary-7', '\\ud800\\ue000-canary-7')).toBe('\\ud800[]')
  })

  it.each([
    ['zzA-canary', '%zz%41-canary', '%[]'],
    ['4zA-canary', '%4z%41-canary', '%[]'],
    ['A-canary%4', '%41-canary%4', '[]'],
    ['z{41}A-can', '\\uz{41}\\x41-can', '\\u[]'],
    ['--dd11A-ca', '\\ud83d--dd11\\x41-ca', '\\ud83d[]'],
    ['xyzA-canary', '&xyz&#65;-canary', '&[]'],
  ])('is a part of the secret %s where that goes on with it: %s', (secret, text, expected) => {
    expect(without(secret, text)).toBe(expected)
  })

  it.each([
    ['canary-A', 'canary-\\u0041\\udc00', '[]\\udc00'],
    ['canary-\ue000', 'canary-\\ue000\\udc00', '[]\\udc00'],
  ])('is no part of the secret %j before it, as half a pair is none: %s', (secret, text, expected) => {
    expect(without(secret, text)).toBe(expected)
  })
})

describe('a secret that looks like an escape itself', () => {
  it.each([
    ['a%41"b7', 'a%41\\"b7'],
    ['a&amp;\\b7', 'a&amp;\\\\b7'],
    ['a\\x41 b7', 'a\\x41%20b7'],
    ['a\\x41&b7', 'a\\x41&amp;b7'],
  ])('is found where only the other kind is to be undone: %s in %s', (secret, text) => {
    expect(without(secret, `<${text}>`)).toBe('<[]>')
  })
})

describe('layers of escapes', () => {
  const wrapped = (text: string, layers: number, wrap: (text: string) => string): string =>
    layers === 0 ? text : wrapped(wrap(text), layers - 1, wrap)

  it.each([
    ['backslashes', (text: string) => JSON.stringify(text).slice(1, -1)],
    ['percent signs', encodeURIComponent],
    ['ampersands', (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')],
  ])('are undone up to five deep: %s', (_, wrap) => {
    for (let layers = 1; layers <= 5; layers++)
      expect(without('ca"na\\ry&7%', `<${wrapped('ca"na\\ry&7%', layers, wrap)}>`)).toBe('<[]>')
  })

  it('of all kinds in turn, sign by sign, are undone up to five deep', () => {
    const kinds = [
      (code: number) => `%${code.toString(16)}`,
      (code: number) => `\\u${code.toString(16).padStart(4, '0')}`,
      (code: number) => `&#${code};`,
    ]
    let sign = 0
    const escaped = (text: string) =>
      text.replaceAll(/[%\\&"/]/g, (each) => kinds[sign++ % kinds.length]?.(each.charCodeAt(0)) ?? each)
    const secret = 'c%a\\n&a"r/y7'
    for (let layers = 1; layers <= 5; layers++)
      expect(without(secret, `<${wrapped(secret, layers, escaped)}>`), `${layers}`).toBe('<[]>')
  })

  it('of different kinds are undone together', () => {
    const quoted = JSON.stringify(encodeURIComponent(JSON.stringify('ca"nary&7'))).replaceAll('%', '&#37;')
    expect(without('ca"nary&7', quoted)).toMatch(/^"&#37;22\[\]&#37;22"$/)
  })
})
