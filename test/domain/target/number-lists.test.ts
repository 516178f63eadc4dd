import { describe, expect, it } from 'vitest'
import { createRedactor } from '../../../lambdas/domain/target/redaction.ts'

const without = (secret: string, text: string) => createRedactor([secret]).redact(text)
const bytes = [...Buffer.from('kéy-7')]
const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0'))

describe('bytes as a list of numbers', () => {
  it.each([
    ['with colons', hex.join(':')],
    ['with hyphens', hex.join('-')],
    ['with spaces', hex.join(' ')],
    ['in capitals', hex.join(' ').toUpperCase()],
    ['by the line', hex.join('\n')],
    ['as numbers of C', hex.map((byte) => `0x${byte}`).join(', ')],
    [
      'as numbers of C, in capitals',
      hex
        .map((byte) => `0X${byte}`)
        .join(',')
        .toUpperCase(),
    ],
    ['in quotes', hex.join('","')],
    ['two by two', '6bc3 a979 2d37'],
    ['after x', hex.map((byte) => `x${byte}`).join(' ')],
    ['decimal', bytes.join(', ')],
    ['decimal with spaces', bytes.join(' ')],
    ['decimal with signs', [...Int8Array.from(bytes)].join(', ')],
    ['decimal in three digits', bytes.map((byte) => String(byte).padStart(3, '0')).join(' ')],
  ])('is read %s', (_, list) => {
    for (const [before, after] of [
      ['', ''],
      ['[', ']'],
      ['(is) ', ' (done)'],
      ['1, 2, ', ', 3'],
    ])
      expect(without('kéy-7', `${before}${list}${after}`).replace(/-(?=\[red)/, '')).toBe(`${before}[redacted]${after}`)
  })

  it('is read where JSON has a Buffer', () => {
    const text = JSON.stringify({ data: Buffer.from('Bearer kéy-7'), id: 7 })
    expect(without('kéy-7', text)).toBe(
      `{"data":{"type":"Buffer","data":[${[...Buffer.from('Bearer ')]},[redacted]]},"id":7}`,
    )
  })

  it.each([
    ['numbers that are no bytes', [...bytes.slice(0, 2), 256, ...bytes.slice(2)].join(',')],
    ['numbers that are no bytes, in hexadecimal', [...hex.slice(0, 2), '100', ...hex.slice(2)].join(' ')],
    ['numbers far from each other', `${hex.slice(0, 2).join(' ')}     ${hex.slice(2).join(' ')}`],
    ['words between them', `${hex.slice(0, 2).join(' ')} and ${hex.slice(2).join(' ')}`],
    ['other numbers', '1, 2, 3, 4, 5, 6'],
  ])('is none with %s', (_, text) => {
    expect(without('kéy-7', text)).toBe(text)
  })
})
