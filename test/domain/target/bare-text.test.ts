import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../../lambdas/domain/target/redaction.ts'

const SECRET = 'canary-7Qx9_Zr4Lm2'
const without = (secret: string, text: string) => createRedactor([secret]).redact(text)

describe('a secret whose letters and digits are apart', () => {
  it.each([
    ['wrapped at a width', SECRET, 'canary-7Qx\n9_Zr4Lm2'],
    ['wrapped and indented', SECRET, 'canary-7Qx\r\n    9_Zr4Lm2'],
    ['spaced', SECRET, [...SECRET].join(' ')],
    ['as a list of its characters', SECRET, [...SECRET].join('","')],
    ['in groups of its own', SECRET, 'cana ry7Q x9Zr 4Lm2'],
    ['in groups, in capitals', SECRET, 'CANA-RY7Q-X9ZR-4LM2'],
    ['with doubled quotes', `can'ary"7Qx9'Zr4`, `can''ary""7Qx9''Zr4`],
    ['with quotes as a shell wants them', `can'ary7Qx9'Zr4`, `can'\\''ary7Qx9'\\''Zr4`],
    ['with a space of no width in it', SECRET, 'canary-7Qx\u200b9_Zr4Lm2'],
    ['with a soft hyphen in it', SECRET, 'canary-7Qx\u00ad9_Zr4Lm2'],
    ['with a byte order mark in it', SECRET, 'canary-7Qx\ufeff9_Zr4Lm2'],
    ['with spaces that do not break', SECRET, 'canary-7Qx\u00a09_Zr4Lm2'],
    ['with a chance to break the line', SECRET, 'canary-7Qx<wbr>9_Zr4Lm2'],
    ['with a part of it marked', SECRET, 'canary-7Qx<em>9_Z</em>r4Lm2'],
    ['in colours of a terminal', SECRET, 'canary-7Qx\u001b[1;31m9_Zr4\u001b[0mLm2'],
    ['that has what looks like a tag, spaced', 'canary<b>7Qx9_Zr4', [...'canary<b>7Qx9_Zr4'].join(' ')],
    ['that has what looks like a tag, wrapped', 'canary<b>7Qx9_Zr4', 'canary<b>7Qx\n9_Zr4'],
    ['percent-encoded and wrapped', 'canary+7Qx9/Zr4Lm', 'canary%2B7Qx9\n%2FZr4Lm'],
    ['beyond ASCII, wrapped', 'ключ-от-двери', 'ключ-от\n-двери'],
  ])('is found %s', (_, secret, text) => {
    expect(without(secret, `(${text})`)).toBe('([redacted])')
  })

  it('is found in part: two thirds of it', () => {
    expect(without(SECRET, `(${[...SECRET.slice(0, -4)].join(' ')})`)).toBe('([redacted])')
    expect(without(SECRET, `(${[...SECRET.slice(0, -5)].join(' ')})`)).toContain('c a n')
  })

  it('is not looked for where it has less than 12 of them', () => {
    expect(without('a-b-c-d-e-f-g-h-i-j-k-l', 'abcdefghijkl')).toBe('[redacted]')
    expect(without('a-b-c-d-e-f-g-h-i-j-k', 'abcdefghijk')).toBe('abcdefghijk')
  })

  it('is no other text, though its bytes are among those of a long sign', () => {
    for (const text of ['canary\u20117Qx9Zr4Lm', 'canary\u00e97Qx9Zr4Lm', 'canary<longestoftags>7Qx9Zr4Lm'])
      expect(without('canary7Qx9Zr4Lm', text)).toBe(text)
  })
})
